package dev.lifeboat.backup.replication;

import dev.lifeboat.platform.postgres.Lsn;
import java.io.IOException;

/** Takes what a WAL stream brings, one message at a time, on the thread that reads. */
public interface WalHandler {
    /**
     * Bytes of WAL.
     *
     * @param start position of the first
     * @param walEnd how far the server was when it sent them
     * @param bytes valid during the call only
     * @param offset of the first
     * @param length how many; may be 0
     */
    void wal(Lsn start, Lsn walEnd, byte[] bytes, int offset, int length) throws IOException;

    /**
     * A sign of life.
     *
     * @param walEnd how far the server is
     * @param replyRequested whether it wants a status at once
     */
    void keepAlive(Lsn walEnd, boolean replyRequested) throws IOException;
}
