package dev.lifeboat.platform.basebackup;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What the archives of a base backup hold, as they were read.
 *
 * @param files by path below the data directory, as the manifest counts: a tablespace's are below {@code pg_tblspc/<oid>/};
 *     a character for each byte of the path
 * @param archives length of each tar archive, by name
 */
public record ArrivedFiles(Map<String, File> files, Map<String, Long> archives) {

    /** One file; there are as many in memory as the cluster has. */
    public static final class File {
        private final long size;
        private final byte[] sha256;

        /** So many bytes with that digest. */
        public File(long size, byte[] sha256) {
            this.size = size;
            this.sha256 = sha256;
        }

        long size() {
            return size;
        }

        boolean hasDigest(byte[] expected) {
            return Arrays.equals(sha256, expected);
        }
    }

    /** None yet. */
    public static ArrivedFiles none() {
        return new ArrivedFiles(new HashMap<>(), new HashMap<>());
    }
}
