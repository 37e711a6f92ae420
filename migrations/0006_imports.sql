-- Where conversations that were read from a file came from, so that the same
-- file read twice brings nothing twice. A row goes with its conversation.
CREATE TABLE imports (
    app             TEXT    NOT NULL,
    origin          TEXT    NOT NULL,
    conversation_id TEXT    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    imported_at     INTEGER NOT NULL,
    PRIMARY KEY (app, origin)
) STRICT;

CREATE INDEX imports_by_conversation ON imports (conversation_id);
