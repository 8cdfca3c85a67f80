package dev.lifeboat.restore.dump;

import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;

/**
 * How the dump of a database gets from the repository to pg_restore.
 *
 * @param streamed straight into its standard input; otherwise downloaded first
 * @param jobs parallel workers of pg_restore
 */
record DumpTransfer(boolean streamed, int jobs) {
    /** Below this, starting workers and writing the dump to disk first costs more than it saves. */
    static final long WORTH_WORKERS = 48L << 20;

    /** Workers need a file: a stream cannot be read at two places. */
    static DumpTransfer of(DatabaseDump dump, int processors) {
        long bytes = bytes(dump);
        int jobs = bytes < WORTH_WORKERS ? 1 : Math.clamp(processors, 1, 8);
        return dump.format().equals("custom") && jobs == 1 ? new DumpTransfer(true, 1) : new DumpTransfer(false, jobs);
    }

    /** As stored. */
    static long bytes(DatabaseDump dump) {
        return dump.objects().stream()
                .mapToLong(each ->
                        each.object().bytes() == null ? 0 : each.object().bytes())
                .sum();
    }
}
