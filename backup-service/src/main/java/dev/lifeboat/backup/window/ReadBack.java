package dev.lifeboat.backup.window;

import com.github.luben.zstd.ZstdInputStream;
import dev.lifeboat.backup.wal.WalFacts;
import dev.lifeboat.backup.window.ScrubRecords.Verdict;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Reads WAL through the whole pipeline (decrypt, decompress) and compares it with the digest that was written beside it. */
final class ReadBack {
    private static final Pattern ARCHIVED = Pattern.compile(".*-([0-9a-f]{40})(?:\\.([a-z0-9]+))?");

    private ReadBack() {}

    /**
     * A segment that pgBackRest archived: its name carries the SHA-1 of what PostgreSQL wrote.
     *
     * @param passphrase of the archive, if it is encrypted
     * @throws IOException when it does not decode
     */
    static Verdict archived(ObjectStore store, ObjectInfo object, Optional<Secret> passphrase) throws IOException {
        Matcher name = ARCHIVED.matcher(object.key());
        if (!name.matches()) {
            return Verdict.NOT_CHECKABLE;
        }
        String codec = name.group(2) == null ? "" : name.group(2);
        if (!codec.isEmpty() && !codec.equals("gz") && !codec.equals("zst")) {
            return Verdict.NOT_CHECKABLE;
        }
        try (InputStream stored = store.get(object.key(), Optional.empty());
                InputStream clear =
                        passphrase.isPresent() ? PgBackRestCipher.decrypt(stored, passphrase.get()) : stored;
                InputStream wal = decompressed(clear, codec)) {
            return verdict(wal, "SHA-1", name.group(1));
        }
    }

    /** WAL that Lifeboat streamed: its metadata carries the SHA-256. What is sealed is opened by the store. */
    static Verdict streamed(ObjectStore store, ObjectInfo object) throws IOException {
        Optional<String> digest = store.head(object.key())
                .flatMap(told -> Optional.ofNullable(told.metadata().get(WalFacts.WAL_SHA256)));
        if (digest.isEmpty() || !object.key().matches(".*\\.zst(\\.age)?")) {
            return Verdict.NOT_CHECKABLE;
        }
        try (InputStream stored = store.get(object.key(), Optional.empty());
                InputStream wal = decompressed(stored, "zst")) {
            return verdict(wal, "SHA-256", digest.get());
        }
    }

    private static InputStream decompressed(InputStream stored, String codec) throws IOException {
        return switch (codec) {
            case "gz" -> new GZIPInputStream(stored);
            case "zst" -> new ZstdInputStream(stored);
            default -> stored;
        };
    }

    private static Verdict verdict(InputStream wal, String algorithm, String expected) throws IOException {
        try {
            DigestInputStream digesting = new DigestInputStream(wal, MessageDigest.getInstance(algorithm));
            digesting.transferTo(OutputStream.nullOutputStream());
            String found = HexFormat.of().formatHex(digesting.getMessageDigest().digest());
            return found.equals(expected) ? Verdict.WHOLE : Verdict.DAMAGED;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
