-- Decisions are only ever added; undoing one marks it. What a field holds now is its last decision not undone.
CREATE TABLE IF NOT EXISTS decisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    position INTEGER NOT NULL,
    field TEXT NOT NULL,              -- '' for a sign-off
    action TEXT NOT NULL,
    value TEXT NOT NULL,              -- JSON
    evidence TEXT NOT NULL,           -- JSON: [[start, end], ...], code points of the text as read
    marked INTEGER NOT NULL,          -- the evidence was marked by a person
    settled INTEGER NOT NULL,
    proposed TEXT NOT NULL,           -- JSON: value and confidence before any decision
    user TEXT NOT NULL,
    at TEXT NOT NULL,
    undone_by TEXT,
    undone_at TEXT
);
CREATE INDEX IF NOT EXISTS decisions_report ON decisions (report_id, number);
CREATE INDEX IF NOT EXISTS decisions_user ON decisions (user, number) WHERE undone_at IS NULL;
CREATE TABLE IF NOT EXISTS signed (
    report_id TEXT PRIMARY KEY,
    text_sha256 TEXT NOT NULL,        -- a report whose text has changed since is not signed off
    position INTEGER NOT NULL,
    user TEXT NOT NULL,
    at TEXT NOT NULL,
    record BLOB NOT NULL,             -- the corrected record, JSON, zlib
    gold BLOB NOT NULL                -- the line of the gold file, JSON, zlib
);
CREATE TABLE IF NOT EXISTS claims (
    report_id TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    until REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS claims_user ON claims (user);
-- What the two files beside this one hold: the number of reports, and the sizes to tell a line half written.
CREATE TABLE IF NOT EXISTS exported (
    number INTEGER NOT NULL,
    records_bytes INTEGER NOT NULL,
    gold_bytes INTEGER NOT NULL
);
