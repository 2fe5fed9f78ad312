//! Functions in SQL: a select that calls one which is not known to read may do anything.

/// Words of the language, and types, that may stand before a parenthesis.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "IN", "AND", "OR", "NOT", "VALUES", "SELECT", "FROM", "WHERE", "ANY", "ALL", "SOME", "EXISTS", "AS", "ON", "USING", "OVER", "FILTER",
    "BY", "WHEN", "THEN", "ELSE", "UNION", "EXCEPT", "INTERSECT", "JOIN", "LATERAL", "GROUP", "HAVING", "LIKE", "ILIKE", "BETWEEN",
    "DISTINCT", "IS", "LIMIT", "OFFSET", "EXPLAIN", "MATERIALIZED", "CASE", "ARRAY", "ROW", "INTERVAL", "NUMERIC", "DECIMAL", "VARCHAR",
    "CHAR", "TIMESTAMP", "TIME", "BUFFERS", "KEY", "PARTITION", "ORDER",
];

/// Functions that only compute or look.
#[rustfmt::skip]
const READING: &[&str] = &[
    "COUNT", "SUM", "MIN", "MAX", "AVG", "STRING_AGG", "ARRAY_AGG", "JSON_AGG", "JSONB_AGG", "BOOL_AND", "BOOL_OR", "STDDEV", "VARIANCE",
    "PERCENTILE_CONT", "PERCENTILE_DISC", "GROUP_CONCAT", "NOW", "CLOCK_TIMESTAMP", "STATEMENT_TIMESTAMP", "CURRENT_TIMESTAMP",
    "CURRENT_SETTING", "CURRENT_DATABASE", "CURRENT_USER", "DATABASE", "USER", "VERSION", "AGE", "DATE_TRUNC", "DATE_PART", "EXTRACT",
    "TO_CHAR", "TO_TIMESTAMP", "TO_DATE", "DATE", "MAKE_INTERVAL", "JUSTIFY_HOURS", "TIMESTAMPDIFF", "UNIX_TIMESTAMP", "FROM_UNIXTIME",
    "DATE_SUB", "DATE_ADD", "STRFTIME", "LEFT", "RIGHT", "SUBSTRING", "SUBSTR", "UPPER", "LOWER", "LENGTH", "CHAR_LENGTH", "TRIM", "LTRIM",
    "RTRIM", "BTRIM", "CONCAT", "CONCAT_WS", "REPLACE", "REGEXP_REPLACE", "REGEXP_MATCHES", "REGEXP_MATCH", "SPLIT_PART", "POSITION",
    "LPAD", "RPAD", "FORMAT", "MD5", "ENCODE", "COALESCE", "NULLIF", "GREATEST", "LEAST", "IFNULL", "IF", "CAST", "CONVERT", "ROUND", "FLOOR",
    "CEIL", "CEILING", "TRUNC", "ABS", "MOD", "CARDINALITY", "ARRAY_LENGTH", "ARRAY_TO_STRING", "UNNEST", "GENERATE_SERIES", "ROW_NUMBER",
    "RANK", "DENSE_RANK", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE", "JSON_BUILD_OBJECT", "JSONB_BUILD_OBJECT", "TO_JSON", "TO_JSONB",
    "ROW_TO_JSON", "JSON_EXTRACT", "INET_CLIENT_ADDR", "INET_SERVER_ADDR", "TO_REGCLASS", "TXID_CURRENT_SNAPSHOT", "TXID_CURRENT_IF_ASSIGNED",
    "OBJ_DESCRIPTION", "COL_DESCRIPTION", "HAS_TABLE_PRIVILEGE", "HAS_DATABASE_PRIVILEGE",
    "PG_BLOCKING_PIDS", "PG_SAFE_SNAPSHOT_BLOCKING_PIDS", "PG_BACKEND_PID", "PG_IS_IN_RECOVERY", "PG_IS_WAL_REPLAY_PAUSED",
    "PG_DATABASE_SIZE", "PG_TABLE_SIZE", "PG_INDEXES_SIZE", "PG_RELATION_SIZE", "PG_TOTAL_RELATION_SIZE", "PG_TABLESPACE_SIZE",
    "PG_COLUMN_SIZE", "PG_SIZE_PRETTY", "PG_SIZE_BYTES", "PG_ENCODING_TO_CHAR", "PG_POSTMASTER_START_TIME", "PG_CONF_LOAD_TIME",
    "PG_LAST_XACT_REPLAY_TIMESTAMP", "PG_LAST_WAL_REPLAY_LSN", "PG_LAST_WAL_RECEIVE_LSN", "PG_CURRENT_WAL_LSN", "PG_CURRENT_WAL_INSERT_LSN",
    "PG_CURRENT_WAL_FLUSH_LSN", "PG_WAL_LSN_DIFF", "PG_WALFILE_NAME", "PG_GET_INDEXDEF", "PG_GET_CONSTRAINTDEF", "PG_GET_VIEWDEF",
    "PG_GET_FUNCTIONDEF", "PG_GET_EXPR", "PG_GET_USERBYID", "PG_TYPEOF", "PG_LS_WALDIR", "PG_STAT_GET_ACTIVITY", "PG_LOCK_STATUS",
    "PG_TABLE_IS_VISIBLE", "PG_RELATION_FILEPATH", "PG_SHOW_ALL_SETTINGS", "PG_NOTIFICATION_QUEUE_USAGE", "FORMAT_TYPE",
];

/// Functions whose effect nobody takes back.
pub(super) const DESTROYING: &[&str] = &[
    "PG_PROMOTE",
    "LO_UNLINK",
    "PG_DROP_REPLICATION_SLOT",
    "PG_REPLICATION_ORIGIN_DROP",
    "PG_STAT_RESET",
    "DROP_CHUNKS",
];

/// Whether every call in an upper-case text is of a function that is known to read. A comment before a
/// parenthesis hides what is called.
pub(super) fn only_read(upper: &str) -> bool {
    let commented = ["--", "/*", "#"].iter().any(|sign| upper.contains(sign));
    let mut calls = upper.match_indices('(').map(|(at, _)| called(upper[..at].trim_end()));
    calls.all(|call| match call {
        Call::Nothing => !commented,
        Call::Function(name) => !commented && (WORDS.contains(&name) || READING.contains(&name)),
        Call::Hidden => false,
    })
}

enum Call<'a> {
    /// Only a group: `(1 + 2)`.
    Nothing,
    Function(&'a str),
    /// A name in quotes, or something that is no name.
    Hidden,
}

fn called(before: &str) -> Call<'_> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let name = before.rsplit(|c: char| !is_name(c)).next().unwrap_or_default();
    let ahead = before[..before.len() - name.len()].trim_end();
    match before.chars().next_back() {
        None => Call::Nothing,
        Some(c) if "(,=<>+-*/|&:%".contains(c) => Call::Nothing,
        // A function of a schema is that schema's own, but for the catalogue's.
        Some(c) if is_name(c) && ahead.ends_with('.') && !ahead.ends_with("PG_CATALOG.") => Call::Hidden,
        Some(c) if is_name(c) => Call::Function(name),
        Some(_) => Call::Hidden,
    }
}
