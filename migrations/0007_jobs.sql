-- Work that takes many calls of the model, kept step by step: what is done is never
-- done again, and what was running when the app died can go on.
CREATE TABLE jobs (
    key        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    -- Which part of the app knows how to do it.
    kind       TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    -- The id of what it is about, in a table of the kind's.
    subject    TEXT,
    state      TEXT    NOT NULL CHECK (state IN
        ('queued', 'running', 'paused', 'interrupted', 'finished', 'failed', 'cancelled')),
    -- JSON of the kind's own: what is to be done, and how.
    spec       TEXT    NOT NULL,
    -- Which model it runs on; one job speaks with one voice.
    model      TEXT,
    -- JSON: why it stands still, if that was nobody's wish.
    trouble    TEXT,
    -- JSON of the kind's own, once it is finished.
    result     TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE job_steps (
    job_id  TEXT    NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    -- From 0; later steps may build on what earlier ones gave.
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    input   TEXT    NOT NULL,
    -- NULL until it is done.
    output  TEXT,
    -- How long it took, in milliseconds.
    millis  INTEGER,
    PRIMARY KEY (job_id, ordinal)
) STRICT;

-- Summaries of texts ("digests"; `summaries` are those of conversations). The text lies
-- in parts, so that each point of a summary can lead back to where it came from.
CREATE TABLE digests (
    key        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    title      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

CREATE TABLE digest_parts (
    digest_id TEXT    NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL CHECK (ordinal >= 0),
    -- The heading that it stands under, and the page that it begins on, where known.
    heading   TEXT,
    page      INTEGER,
    text      TEXT    NOT NULL,
    PRIMARY KEY (digest_id, ordinal)
) STRICT;

-- One text, summed up in several ways: every one stays.
CREATE TABLE digest_versions (
    key        INTEGER PRIMARY KEY,
    digest_id  TEXT    NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
    -- The job that made it; so that a job which ends twice leaves one version.
    job_id     TEXT    NOT NULL UNIQUE,
    -- JSON: style, length, language, what was asked for, model, version of the prompts.
    options    TEXT    NOT NULL,
    -- JSON: the points with their parts, and which parts were read.
    content    TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX digest_versions_by_digest ON digest_versions (digest_id);
