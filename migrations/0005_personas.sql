-- Who answers, and how: personas, and what a conversation sets for itself.
--
-- A row of `personas` is either one that a person made, or what a person
-- changed about one that comes with the app. Texts, sampling and model are JSON:
-- they are shown and applied, never searched, and may gain fields.
CREATE TABLE personas (
    key        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    -- 1 for one that comes with the app: deleting it hides it for as long as the person likes.
    built_in   INTEGER NOT NULL CHECK (built_in IN (0, 1)),
    -- NULL: a built-in one as it came, which is only hidden.
    profile    TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CHECK (built_in = 1 OR profile IS NOT NULL)
) STRICT;

-- `key` is a conversation's id, or 'new' for the conversation to come. The
-- system prompt of one that exists is in its own row, where it always was.
-- No reference to `personas`: a conversation outlives its persona.
CREATE TABLE conversation_settings (
    key        TEXT    PRIMARY KEY NOT NULL,
    persona_id TEXT,
    settings   TEXT    NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
