package dev.lifeboat.platform.store;

import dev.lifeboat.platform.age.Age;
import dev.lifeboat.platform.age.AgeIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A sealed object while it is read. Where a digest was expected of it, what does not open is read to its end first: that the
 * bytes are not those that were stored says more than that they do not open.
 */
final class OpenedObject extends InputStream {
    private final String key;
    private final InputStream stored;
    private final AgeIdentity identity;
    private final boolean digestExpected;
    private InputStream opened;

    OpenedObject(String key, InputStream stored, AgeIdentity identity, boolean digestExpected) {
        this.key = key;
        this.stored = stored;
        this.identity = identity;
        this.digestExpected = digestExpected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            if (opened == null) {
                opened = Age.open(stored, identity);
            }
            return opened.read(into, offset, length);
        } catch (Age.NotForUs other) {
            requireDigest();
            throw SealingKeys.refused(
                    key,
                    "encryption.identity-differs",
                    "The object was sealed for another key than its cluster's.",
                    "an object sealed for " + identity.recipient(),
                    "one sealed for another recipient",
                    "Bring the key back that it was sealed with (" + SealingKeys.NAME
                            + " beside it), from a copy of the repository.");
        } catch (IOException damaged) {
            requireDigest();
            throw damaged;
        }
    }

    private void requireDigest() throws IOException {
        if (digestExpected) {
            stored.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Override
    public void close() throws IOException {
        stored.close();
    }
}
