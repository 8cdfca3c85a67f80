package dev.lifeboat.restore.sandbox;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names the sandbox of one attempt under one owner: no two attempts, and no two owners, ever share one. */
public record SandboxName(UUID recoveryId, int attempt, long epoch) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f-]{36})-(\\d{1,9})-(\\d{1,18})(?:-held)?");

    /** Reads a name; that of a server that was started again to be held is the same sandbox. */
    static Optional<SandboxName> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new SandboxName(
                        UUID.fromString(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Long.parseLong(matcher.group(3))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return recoveryId + "-" + attempt + "-" + epoch;
    }

    /** The name of its server when it was started again to be held. */
    String held() {
        return this + "-held";
    }
}
