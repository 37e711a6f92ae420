-- The files that kept documents were read from, in pieces of 256 KiB: a page of
-- the database that is damaged costs one file, and none is bound in one go.
CREATE TABLE document_files (
    key          INTEGER PRIMARY KEY,
    document_key INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
    -- From 0, in the order of the file.
    ordinal      INTEGER NOT NULL,
    bytes        BLOB    NOT NULL,
    UNIQUE (document_key, ordinal)
) STRICT;
