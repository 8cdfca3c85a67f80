package dev.lifeboat.platform.age;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * Seals and opens streams in version 1 of the age format: in chunks of 64 KiB, each authenticated, the last one marked, so
 * that neither an altered byte nor a missing end passes.
 *
 * @see <a href="https://age-encryption.org/v1">The age file encryption format</a>
 */
public final class Age {
    private Age() {}

    /** The bytes were sealed for somebody else. */
    public static final class NotForUs extends IOException {
        private static final long serialVersionUID = 1L;

        NotForUs(Throwable cause) {
            super("sealed for another identity", cause);
        }
    }

    /** Seals what is written; closing ends the sealed form and closes the target. */
    public static OutputStream seal(OutputStream target, String recipient) throws IOException {
        try {
            return sealing(target, X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an age recipient: " + recipient, e);
        }
    }

    /**
     * Opens what was sealed.
     *
     * @throws NotForUs if it was for another identity
     * @throws IOException if it is no such file, or altered; reading on throws it, too
     */
    public static InputStream open(InputStream sealed, AgeIdentity identity) throws IOException {
        try {
            return opening(
                    sealed,
                    X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(
                            identity.secret().reveal()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an age identity", e);
        }
    }

    private static OutputStream sealing(OutputStream target, RecipientStanzaWriter writer) throws IOException {
        try {
            return new Sealing(
                    new StandardEncryptingChannelFactory().newEncryptingChannel(new Target(target), List.of(writer)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has ChaCha20-Poly1305", e);
        }
    }

    private static InputStream opening(InputStream sealed, RecipientStanzaReader reader) throws IOException {
        try {
            return new Opening(
                    new StandardDecryptingChannelFactory().newDecryptingChannel(new Source(sealed), List.of(reader)));
        } catch (UnsupportedRecipientStanzaException e) {
            throw new NotForUs(e);
        } catch (GeneralSecurityException e) {
            throw new IOException("not whole: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            // A header whose numbers lead out of it.
            throw new IOException("no age file: " + e.getMessage(), e);
        }
    }

    /** The channel of {@link java.nio.channels.Channels} takes 8 KiB at a time. */
    private record Target(OutputStream stream) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int length = bytes.remaining();
            stream.write(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
            bytes.position(bytes.limit());
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    private record Source(InputStream stream) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer into) throws IOException {
            int read = stream.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
            if (read > 0) {
                into.position(into.position() + read);
            }
            return read;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    private static final class Sealing extends OutputStream {
        private final WritableByteChannel channel;
        private boolean closed;

        Sealing(WritableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            channel.write(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                channel.close();
            }
        }
    }

    private static final class Opening extends InputStream {
        private final ReadableByteChannel channel;

        Opening(ReadableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return length == 0 ? 0 : channel.read(ByteBuffer.wrap(into, offset, length));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
