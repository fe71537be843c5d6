-- Made from the store, and made anew from it: nothing here is a decision.
CREATE TABLE IF NOT EXISTS made_with (fingerprint TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parts (number INTEGER PRIMARY KEY, stamp TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reports (
    position INTEGER PRIMARY KEY,
    report_id TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    fields TEXT NOT NULL,             -- JSON: the fields to review, the most costly first
    cost REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS reports_id ON reports (report_id);
CREATE TABLE IF NOT EXISTS queue (
    rank INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    report_id TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS queue_position ON queue (position);
CREATE INDEX IF NOT EXISTS queue_id ON queue (report_id);
