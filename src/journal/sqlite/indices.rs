//! The indices by which lists and searches find deliveries, and the migration that added totals and words.
//!
//! A delivery that is claimed enters one index: its state. Errors, changes and ids are of deliveries that nobody sends now.

/// The indices of version 6 of the file, which migration 7 replaces.
pub(super) const MIGRATION_6: &str = "
    CREATE INDEX deliveries_by_standing ON deliveries (standing, provider, number, changed_at);
    CREATE INDEX deliveries_by_error ON deliveries (json_extract(error, '$.kind'), provider, standing)
        WHERE error IS NOT NULL;
    CREATE INDEX deliveries_by_change ON deliveries (changed_at, provider, standing)
        WHERE standing <> 'claimed';
    CREATE INDEX deliveries_by_id ON deliveries (id) WHERE id IS NOT NULL;
    CREATE TABLE totals (           -- how many deliveries of a provider stand so
        provider TEXT NOT NULL,
        standing TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (provider, standing)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO totals SELECT provider, standing, count(*) FROM deliveries GROUP BY provider, standing;
    CREATE TABLE words (            -- of the names and addresses of kept contacts that nobody sends now
        word TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (word, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX words_by_number ON words (number);
    CREATE INDEX people_with_later_id ON people (contact) WHERE external_id <> contact;
    INSERT INTO settings VALUES ('words_are_missing', 1);
    ";

/// The indices of the table of deliveries. The column `standing` comes first, so that the claims of all providers share a page.
pub(super) const OF_DELIVERIES: &str = "
    CREATE INDEX deliveries_by_standing ON deliveries (standing, provider, number, changed_at);
    CREATE INDEX deliveries_by_error ON deliveries (json_extract(error, '$.kind'), provider, standing)
        WHERE error IS NOT NULL;
    CREATE INDEX deliveries_by_change ON deliveries (changed_at, provider, standing)
        WHERE standing <> 'claimed';
    CREATE INDEX deliveries_by_id ON deliveries (id) WHERE id IS NOT NULL;
    CREATE INDEX resolutions ON deliveries (changed_at) WHERE unresolved IS NOT NULL;
    ";
