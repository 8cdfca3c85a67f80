package dev.lifeboat.verifier.ledger;

import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Text with signature lines below it. Several keys may sign one note, e.g. a witness beside the ledger.
 *
 * @param text ends with a newline
 * @param signatures at least one
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>
 */
record SignedNote(String text, List<Line> signatures) {

    /** Type of signature: Ed25519 over the text. */
    static final byte ED25519 = 0x01;

    private static final HexFormat HEX = HexFormat.of();
    private static final String LINE_START = "\u2014 ";
    private static final int KEY_ID_LENGTH = 4;
    private static final int MAX_LENGTH = 1 << 20;
    private static final int MAX_SIGNATURES = 100;

    /** A signature line: the key's name, its short id, the signature; these two in hexadecimal. */
    record Line(String name, String keyId, String signature) {}

    SignedNote {
        requireText(text);
        signatures = List.copyOf(signatures);
    }

    static SignedNote sign(String text, String name, SigningKey key) {
        requireName(name);
        requireText(text);
        byte[] signature = key.sign(text.getBytes(StandardCharsets.UTF_8));
        return new SignedNote(
                text, List.of(new Line(name, keyId(name, key.verificationKey()), HEX.formatHex(signature))));
    }

    /**
     * Reads a note; nothing is verified yet.
     *
     * @throws IllegalArgumentException when it is none
     */
    static SignedNote parse(String note) {
        if (note.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a note is not that long: " + note.length() + " characters");
        }
        int blank = note.lastIndexOf("\n\n");
        if (blank < 0 || !note.endsWith("\n")) {
            throw new IllegalArgumentException("a signed note is text, an empty line, and signature lines");
        }
        String[] lines = note.substring(blank + 2).split("\n", MAX_SIGNATURES + 2);
        if (lines.length > MAX_SIGNATURES + 1) {
            throw new IllegalArgumentException("a note does not have more than " + MAX_SIGNATURES + " signatures");
        }
        List<Line> signatures = new ArrayList<>();
        // The last piece is what follows the final newline: nothing.
        for (String line : Arrays.asList(lines).subList(0, lines.length - 1)) {
            signatures.add(parseLine(line));
        }
        if (signatures.isEmpty()) {
            throw new IllegalArgumentException("the note has no signature");
        }
        return new SignedNote(note.substring(0, blank + 1), signatures);
    }

    private static Line parseLine(String line) {
        int space = line.lastIndexOf(' ');
        if (!line.startsWith(LINE_START) || space < LINE_START.length()) {
            throw new IllegalArgumentException("not a signature line: " + line);
        }
        String name = line.substring(LINE_START.length(), space);
        requireName(name);
        byte[] blob = Base64.getDecoder().decode(line.substring(space + 1));
        if (blob.length <= KEY_ID_LENGTH) {
            throw new IllegalArgumentException("a signature line without a signature: " + line);
        }
        return new Line(name, HEX.formatHex(blob, 0, KEY_ID_LENGTH), HEX.formatHex(blob, KEY_ID_LENGTH, blob.length));
    }

    /** Whether this key signed it under this name. Other keys' signatures are left out; a wrong one of this key's is not. */
    boolean isSignedBy(String name, VerificationKey key) {
        String keyId = keyId(name, key);
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        List<Line> ours = signatures.stream()
                .filter(line -> line.name.equals(name) && line.keyId.equals(keyId))
                .toList();
        return !ours.isEmpty() && ours.stream().allMatch(line -> key.verifies(message, HEX.parseHex(line.signature)));
    }

    /** The note as it is stored and handed out. */
    String format() {
        StringBuilder note = new StringBuilder(text).append('\n');
        for (Line line : signatures) {
            byte[] blob = HEX.parseHex(line.keyId + line.signature);
            note.append(LINE_START)
                    .append(line.name)
                    .append(' ')
                    .append(Base64.getEncoder().encodeToString(blob))
                    .append('\n');
        }
        return note.toString();
    }

    /** The first four bytes of sha256(name, newline, type, key), in hexadecimal. */
    static String keyId(String name, VerificationKey key) {
        byte[] start = (name + "\n").getBytes(StandardCharsets.UTF_8);
        return Sha256.of(start, new byte[] {ED25519}, key.raw()).hex().substring(0, 2 * KEY_ID_LENGTH);
    }

    private static void requireName(String name) {
        if (name.isEmpty()
                || name.indexOf('+') >= 0
                || name.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || c < ' ')) {
            throw new IllegalArgumentException("a key's name has neither spaces nor a plus sign: " + name);
        }
    }

    private static void requireText(String text) {
        if (!text.endsWith("\n") || text.chars().anyMatch(c -> c < ' ' && c != '\n')) {
            throw new IllegalArgumentException("a note's text ends with a newline and has no other control characters");
        }
    }
}
