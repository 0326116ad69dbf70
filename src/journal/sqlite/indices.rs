//! The indices by which lists and searches find records, the totals, and the words of kept contacts.
//!
//! A delivery that is claimed and settled as `created` enters three of them: its state, the time of its change and the
//! vendor's id. Errors and words are of unfinished deliveries alone.

/// Creates the indices. The column `standing` comes first, so that the claims of all providers share a page.
pub(super) const MIGRATION: &str = "
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
