/**
 * PostgreSQL's streaming replication protocol, spoken as a standby would: WAL as it is flushed, timelines, physical slots,
 * base backups. Knows nothing of where any of it is kept.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html">PostgreSQL: Streaming Replication
 *     Protocol</a>
 */
package dev.lifeboat.backup.replication;
