package dev.lifeboat.backup.wal;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What is done to WAL on its way into the store, and undone on its way back. What was encoded, a stock program decodes:
 * {@code zstd -d}.
 */
public interface WalCodec {
    /** Encodes what is written; closing ends the encoded form and closes the target. */
    OutputStream encode(OutputStream target) throws IOException;

    /** Decodes what is read; damaged input throws. */
    InputStream decode(InputStream source) throws IOException;

    /** What a key ends in. */
    String suffix();

    /** Zstandard at level 1 with a checksum: WAL shrinks to about a third, and higher levels make it no smaller. */
    static WalCodec zstd() {
        return new Zstd();
    }

    /** See {@link #zstd()}. */
    final class Zstd implements WalCodec {
        private static final int LEVEL = 1;

        private Zstd() {}

        @Override
        public OutputStream encode(OutputStream target) throws IOException {
            ZstdOutputStream stream = new ZstdOutputStream(target, LEVEL);
            stream.setChecksum(true);
            return stream;
        }

        @Override
        public InputStream decode(InputStream source) throws IOException {
            return new ZstdInputStream(source);
        }

        @Override
        public String suffix() {
            return ".zst";
        }
    }
}
