package dev.lifeboat.platform.secrets;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes known secrets out of text that is kept or shown: as they are, percent-encoded (as in a URL that a driver prints),
 * and each longer line of one that has several lines. Longest first, so that a secret which contains another leaves
 * nothing behind.
 */
public final class Redactor {
    /** Hides nothing. */
    public static final Redactor NONE = new Redactor(List.of());

    private static final int SHORTEST_LINE = 6;

    private final List<String> hidden;
    private final int longest;

    private Redactor(Collection<Secret> secrets) {
        Set<String> forms = new LinkedHashSet<>();
        for (Secret secret : secrets) {
            String value = secret.reveal();
            forms.add(value);
            String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
            forms.add(encoded);
            forms.add(encoded.replace("+", "%20"));
            value.lines().filter(line -> line.length() >= SHORTEST_LINE).forEach(forms::add);
        }
        hidden = forms.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        longest = hidden.isEmpty() ? 0 : hidden.getFirst().length();
    }

    /** Hides the given secrets. */
    public static Redactor of(Collection<Secret> secrets) {
        return secrets.isEmpty() ? NONE : new Redactor(secrets);
    }

    /** The text with {@link Secret#MASK} wherever a secret stood. */
    public String redact(String text) {
        String result = text;
        for (String form : hidden) {
            if (result.contains(form)) {
                result = result.replace(form, Secret.MASK);
            }
        }
        return result;
    }

    /** Characters that a secret takes at most: what a reader in pieces must hold back so that none is cut in two. */
    public int longest() {
        return longest;
    }
}
