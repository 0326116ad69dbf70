PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE deliveries (
        number INTEGER PRIMARY KEY,
        provider TEXT NOT NULL,
        contact TEXT NOT NULL,
        vendor TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        standing TEXT NOT NULL,     -- claimed, interrupted, or the outcome in which it was settled
        ticket INTEGER,             -- of the claim
        id TEXT,
        attempts INTEGER NOT NULL,
        error TEXT,                 -- JSON, as in a report
        by_person INTEGER NOT NULL,
        changed_at INTEGER NOT NULL, may_send_until INTEGER, boot INTEGER, uptime INTEGER, looked_at INTEGER, look_again_at INTEGER, overruns INTEGER NOT NULL DEFAULT 0, digest BLOB, run INTEGER, unresolved TEXT, -- milliseconds since 1970
        UNIQUE (provider, contact)
    ) STRICT;
INSERT INTO deliveries VALUES(1,'acme','42','smarttask','92b099e42ab44104f67cf7d85d14bcc6','created',-163801435618280506,'5f0c7a11-2b3d-4e5f-8a6b-000000000001',1,NULL,0,1796086063891,NULL,NULL,NULL,NULL,NULL,0,X'00000000e9f26751010000004ed6e3880200000080aaad4703000000a0b46df8',803160307725,NULL);
INSERT INTO deliveries VALUES(2,'acme','sha256:8d67990f68442e0091a17a13ab3774bc','smarttask','8d67990f68442e0091a17a13ab3774bc','in_doubt',5096200928074639129,NULL,1,'{"effect":"unknown","hint":"Check at the vendor whether the contact exists before you send it again. Check once more some minutes later: the vendor may still create it.","kind":"unexpected_response","message":"the vendor answered with a contact that has nothing in common with the one that was sent: the answer belongs to another request","operation":"create"}',0,1796086063939,1796086063939,7760263966906928391,19128728,NULL,NULL,0,X'00000000e9f26751010000004ec18f0002000000558f84ae03000000b8a7c627',803160307725,NULL);
INSERT INTO deliveries VALUES(3,'acme','sha256:3f33faf685f58bb4d02e464d8f69a4d3','smarttask','3f33faf685f58bb4d02e464d8f69a4d3','in_doubt',7777314854087205394,NULL,1,'{"effect":"unknown","hint":"Check at the vendor whether the contact exists before you send it again. Check once more some minutes later: the vendor may still create it.","kind":"unexpected_response","message":"the vendor answered with a contact that has nothing in common with the one that was sent: the answer belongs to another request","operation":"create"}',0,1796086063989,1796086063989,7760263966906928391,19128779,NULL,NULL,0,X'00000000e9f26751010000005da5111e02000000fafa032e',803160307725,NULL);
INSERT INTO deliveries VALUES(4,'away','sha256:8d67990f68442e0091a17a13ab3774bc','smarttask','45f91e9f150afab947bb1f409d0a28d5','failed',4367745147821430128,NULL,4,'{"effect":"not_sent","hint":"Check the host and port in base_url: no program listens there, or a firewall refuses.","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"}',0,1796086068654,NULL,NULL,NULL,NULL,NULL,0,X'00000000e9f26751010000004ec18f0002000000558f84ae03000000b8a7c627',531161208236,NULL);
INSERT INTO deliveries VALUES(5,'acme','8','smarttask','7d777d6723ef2ab0f6bebc1d386dd767','in_doubt',-1534778719486573788,NULL,1,'{"effect":"unknown","hint":"Check at the vendor whether the contact exists before you send it again. Check once more some minutes later: the vendor may still create it.","kind":"unexpected_response","message":"the vendor answered with a contact that has nothing in common with the one that was sent: the answer belongs to another request","operation":"create"}',0,1796086064043,1796086064043,7760263966906928391,19128832,NULL,NULL,0,X'00000000e9f267510100000081bd8c9b02000000f422dc00',531161208236,NULL);
INSERT INTO deliveries VALUES(6,'away','8','smarttask','7d777d6723ef2ab0f6bebc1d386dd767','pending',NULL,NULL,4,NULL,1,1796086070423,NULL,NULL,NULL,NULL,NULL,0,X'00000000e9f267510100000081bd8c9b02000000f422dc00',531161208236,'{"error":{"effect":"not_sent","hint":"Check the host and port in base_url: no program listens there, or a firewall refuses.","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"},"standing":"failed","ticket":10657672463663476169}');
CREATE TABLE contents (         -- the contacts of unfinished deliveries
        number INTEGER PRIMARY KEY REFERENCES deliveries (number),
        content TEXT NOT NULL
    ) STRICT;
INSERT INTO contents VALUES(2,'{"kind":"person","name":{"full":"Bo Two"},"emails":[{"address":"bo@example.com"}],"phones":[{"number":"+442079460102"}]}');
INSERT INTO contents VALUES(3,'{"kind":"person","name":{"full":"Cyd Three"},"emails":[{"address":"cyd@example.com"}]}');
INSERT INTO contents VALUES(4,'{"external_id":"7","kind":"person","name":{"full":"Bo Two"},"emails":[{"address":"bo@example.com"}],"phones":[{"number":"+442079460102"}]}');
INSERT INTO contents VALUES(5,'{"external_id":"8","kind":"person","name":{"full":"Dee Four"},"emails":[{"address":"dee@example.com"}]}');
INSERT INTO contents VALUES(6,'{"external_id":"8","kind":"person","name":{"full":"Dee Four"},"emails":[{"address":"dee@example.com"}]}');
CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value ANY NOT NULL
    ) STRICT, WITHOUT ROWID;
INSERT INTO settings VALUES('identify_by','identity');
INSERT INTO settings VALUES('identity_key',X'822c350653e1e3ccc8015918101079fbaa4aefe4944271e20c6c872bfe4978cd');
CREATE TABLE people (
        number INTEGER PRIMARY KEY,
        contact TEXT NOT NULL,      -- as in the deliveries
        external_id TEXT,
        traits BLOB NOT NULL        -- hashes of the name, the addresses and the numbers
    ) STRICT;
INSERT INTO people VALUES(1,'42','42',X'0101010152e65f398ec70fe9fe39e48425e5a4581184acb2340fe795ca054852137d52b2');
INSERT INTO people VALUES(2,'sha256:8d67990f68442e0091a17a13ab3774bc','7',X'01010101bf6ad7b31462403816eaec868a5f60f72428c603bc36dbfdff1851e40f309a90');
INSERT INTO people VALUES(3,'sha256:3f33faf685f58bb4d02e464d8f69a4d3',NULL,X'01010100b219a4539ba38926b35cce461c791867290cf885d44b9643');
INSERT INTO people VALUES(4,'8','8',X'0101010037359211b7048a1087caaa9fef036acfcb296c7cd032c517');
CREATE TABLE identities (       -- hashes under which people are known
        hash INTEGER NOT NULL,
        person INTEGER NOT NULL REFERENCES people (number),
        PRIMARY KEY (hash, person)
    ) STRICT, WITHOUT ROWID;
INSERT INTO identities VALUES(-7645125125593943652,1);
INSERT INTO identities VALUES(-5797405097548594431,2);
INSERT INTO identities VALUES(-5405717469503818350,1);
INSERT INTO identities VALUES(-154469577021713997,2);
INSERT INTO identities VALUES(1712831104490306031,4);
INSERT INTO identities VALUES(4870163422022611555,3);
CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        command TEXT NOT NULL,
        worker TEXT,
        started_at INTEGER NOT NULL,
        version TEXT NOT NULL
    ) STRICT;
INSERT INTO runs VALUES(531161208236,'import',NULL,1796086064032,'0.2.0-dev');
INSERT INTO runs VALUES(803160307725,'import',NULL,1796086063874,'0.2.0-dev');
CREATE TABLE story (
        delivery INTEGER NOT NULL REFERENCES deliveries (number),
        sequence INTEGER NOT NULL,  -- from 1; the oldest may be dropped
        at INTEGER NOT NULL,
        run INTEGER REFERENCES runs (id),
        by_person INTEGER NOT NULL,
        event TEXT NOT NULL,        -- JSON
        PRIMARY KEY (delivery, sequence)
    ) STRICT, WITHOUT ROWID;
INSERT INTO story VALUES(2,1,1796086063938,803160307725,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"unknown","kind":"unexpected_response","message":"the vendor answered with a contact that has nothing in common with the one that was sent: the answer belongs to another request","operation":"create"}}');
INSERT INTO story VALUES(3,1,1796086063989,803160307725,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"unknown","kind":"unexpected_response","message":"the vendor answered with a contact that has nothing in common with the one that was sent: the answer belongs to another request","operation":"create"}}');
INSERT INTO story VALUES(4,1,1796086064040,531161208236,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"not_sent","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"}}');
INSERT INTO story VALUES(4,2,1796086064635,531161208236,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"not_sent","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"}}');
INSERT INTO story VALUES(4,3,1796086066331,531161208236,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"not_sent","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"}}');
INSERT INTO story VALUES(4,4,1796086068653,531161208236,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"not_sent","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"}}');
INSERT INTO story VALUES(5,1,1796086064042,531161208236,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"unknown","kind":"unexpected_response","message":"the vendor answered with a contact that has nothing in common with the one that was sent: the answer belongs to another request","operation":"create"}}');
INSERT INTO story VALUES(6,1,1796086064094,531161208236,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"not_sent","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"}}');
INSERT INTO story VALUES(6,2,1796086065056,531161208236,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"not_sent","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"}}');
INSERT INTO story VALUES(6,3,1796086066972,531161208236,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"not_sent","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"}}');
INSERT INTO story VALUES(6,4,1796086070392,531161208236,0,'{"event":"attempt","duration_ms":0,"result":"failed","error":{"effect":"not_sent","kind":"unreachable","message":"127.0.0.1:9: the connection was refused","operation":"create"}}');
INSERT INTO story VALUES(6,5,1796086070423,NULL,1,'{"event":"resolved","resolution":"not_created","by":"root","note":"no server"}');
CREATE TABLE totals (           -- how many deliveries of a provider stand so
        provider TEXT NOT NULL,
        standing TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (provider, standing)
    ) STRICT, WITHOUT ROWID;
INSERT INTO totals VALUES('acme','claimed',0);
INSERT INTO totals VALUES('acme','created',1);
INSERT INTO totals VALUES('acme','in_doubt',3);
INSERT INTO totals VALUES('away','claimed',0);
INSERT INTO totals VALUES('away','failed',1);
INSERT INTO totals VALUES('away','pending',1);
CREATE TABLE words (            -- of the names and addresses of kept contacts that nobody sends now
        word TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (word, number)
    ) STRICT, WITHOUT ROWID;
INSERT INTO words VALUES('bo',2);
INSERT INTO words VALUES('bo@example.com',2);
INSERT INTO words VALUES('com',2);
INSERT INTO words VALUES('example',2);
INSERT INTO words VALUES('two',2);
INSERT INTO words VALUES('com',3);
INSERT INTO words VALUES('cyd',3);
INSERT INTO words VALUES('cyd@example.com',3);
INSERT INTO words VALUES('example',3);
INSERT INTO words VALUES('three',3);
INSERT INTO words VALUES('bo',4);
INSERT INTO words VALUES('bo@example.com',4);
INSERT INTO words VALUES('com',4);
INSERT INTO words VALUES('example',4);
INSERT INTO words VALUES('two',4);
INSERT INTO words VALUES('com',5);
INSERT INTO words VALUES('dee',5);
INSERT INTO words VALUES('dee@example.com',5);
INSERT INTO words VALUES('example',5);
INSERT INTO words VALUES('four',5);
INSERT INTO words VALUES('com',6);
INSERT INTO words VALUES('dee',6);
INSERT INTO words VALUES('dee@example.com',6);
INSERT INTO words VALUES('example',6);
INSERT INTO words VALUES('four',6);
CREATE UNIQUE INDEX people_by_external_id ON people (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX resolutions ON deliveries (changed_at) WHERE unresolved IS NOT NULL;
CREATE INDEX deliveries_by_standing ON deliveries (standing, provider, number, changed_at);
CREATE INDEX deliveries_by_error ON deliveries (json_extract(error, '$.kind'), provider, standing)
        WHERE error IS NOT NULL;
CREATE INDEX deliveries_by_change ON deliveries (changed_at, provider, standing)
        WHERE standing <> 'claimed';
CREATE INDEX deliveries_by_id ON deliveries (id) WHERE id IS NOT NULL;
CREATE INDEX words_by_number ON words (number);
CREATE INDEX people_with_later_id ON people (contact) WHERE external_id <> contact;
COMMIT;
PRAGMA user_version = 6;
PRAGMA application_id = 1970170211;
