package dev.lifeboat.verifier.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * Verifies an exported ledger from the command line: {@code VerifyCommand <folder> [<public key>]}. The folder is an export,
 * or a copy of what lies below {@code evidence/<instance>/} in the evidence bucket. Without a public key it takes the one in the folder and says that this proves less. Ends with 0 when everything holds, 1 when something does not,
 * 2 when it could not be verified at all.
 */
public final class VerifyCommand {

    private static final int HOLDS = 0;
    private static final int BROKEN = 1;
    private static final int NOT_VERIFIED = 2;

    private VerifyCommand() {}

    /** See the class. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length < 1 || args.length > 2) {
            err.println("usage: VerifyCommand <folder of the export> [<public key, PEM>]");
            return NOT_VERIFIED;
        }
        Path folder = Path.of(args[0]);
        Path keyFile = args.length == 2 ? Path.of(args[1]) : folder.resolve(LedgerExport.PUBLIC_KEY);
        try {
            VerificationKey key = VerificationKey.fromPem(Files.readString(keyFile, StandardCharsets.UTF_8));
            ExportedFiles exported = new ExportedFiles(folder);
            String checkpoint = exported.checkpoint();
            try (InputStream entries = exported.entries()) {
                return report(new LedgerVerifier(key).verify(entries, checkpoint), key, args.length == 2, out);
            }
        } catch (IOException | GeneralSecurityException e) {
            err.println("could not verify: " + e);
            return NOT_VERIFIED;
        }
    }

    private static int report(LedgerVerifier.Outcome outcome, VerificationKey key, boolean ownKey, PrintStream out) {
        return switch (outcome) {
            case LedgerVerifier.Outcome.Holds(Checkpoint checkpoint) -> {
                out.println("holds: " + checkpoint.size() + " entries of " + checkpoint.origin());
                out.println("root:  " + checkpoint.root().hex());
                out.println("key:   " + key.keyId());
                if (!ownKey) {
                    out.println(
                            "The public key came with the export: compare its id with the one that you were given.");
                }
                out.println(
                        "Not independently anchored: compare size and root with a checkpoint that you kept yourself.");
                yield HOLDS;
            }
            case LedgerVerifier.Outcome.Broken broken -> {
                out.println(
                        "does not hold: " + (broken.sequence() == 0 ? "the checkpoint" : "entry " + broken.sequence()));
                out.println("code:     " + broken.failure().code());
                out.println("reason:   " + broken.failure().message());
                out.println("expected: " + broken.failure().expected());
                out.println("found:    " + broken.failure().found());
                out.println("hint:     " + broken.failure().hint());
                yield BROKEN;
            }
        };
    }
}
