package dev.lifeboat.backup.replication;

import dev.lifeboat.platform.postgres.Lsn;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Takes a base backup as it comes, on the thread that reads it: {@code started}, then for each archive {@code archive} and
 * its {@code data}, then {@code manifest} and its {@code data}. Slow taking slows the server down; what is thrown ends the
 * backup and the connection.
 */
public interface BaseBackupSink {
    /**
     * The backup has begun.
     *
     * @param start where its WAL begins
     * @param timeline of that position
     * @param tablespaces what will come; the last is the data directory itself
     */
    void started(Lsn start, int timeline, List<Tablespace> tablespaces) throws IOException;

    /**
     * An archive begins.
     *
     * @param name its file's name, e.g. {@code base.tar}, {@code 16385.tar.zst}
     * @param location where the tablespace lies on the server; empty for the data directory
     */
    void archive(String name, Optional<String> location) throws IOException;

    /** The manifest begins: JSON, as {@code pg_verifybackup} reads it. */
    void manifest() throws IOException;

    /** Bytes of what has begun last; valid during the call only. */
    void data(byte[] bytes, int offset, int length) throws IOException;

    /** So many bytes of the server's files are done, of those that the tablespaces' sizes add up to. */
    default void progress(long bytesDone) {}

    /**
     * A tablespace of the backup.
     *
     * @param oid empty for the data directory
     * @param location on the server; empty for the data directory
     * @param bytes estimated size
     */
    record Tablespace(Optional<String> oid, Optional<String> location, OptionalLong bytes) {}
}
