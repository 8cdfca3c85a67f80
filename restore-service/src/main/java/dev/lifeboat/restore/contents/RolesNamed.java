package dev.lifeboat.restore.contents;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The roles that objects of an archive name: a server on which one of them is missing refuses the object.
 *
 * @param owners who owns something
 * @param others who has or gives a privilege, or is named by a policy
 */
public record RolesNamed(Set<String> owners, Set<String> others) {
    private static final Set<String> PRIVILEGES = Set.of("ACL", "DEFAULT ACL");
    private static final Pattern TOKEN =
            Pattern.compile("\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|[\\p{L}_][\\p{L}\\p{N}_$]*|[(),;]");
    private static final Set<String> NOBODY = Set.of("public", "current_user", "session_user", "current_role");

    /**
     * Finds them.
     *
     * @param withoutOwners whether owners and privileges are left off; policies name their roles all the same
     */
    public static RolesNamed by(List<Entry> entries, boolean withoutOwners) {
        Set<String> owners = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        for (Entry entry : entries) {
            if (!withoutOwners && entry.owner() != null && !PRIVILEGES.contains(entry.kind())) {
                owners.add(entry.owner());
            }
            if (entry.kind().equals("POLICY")) {
                // Its expressions come in parentheses, behind the roles.
                named(entry.sql(), Set.of("TO"), "(", others);
            } else if (!withoutOwners && PRIVILEGES.contains(entry.kind())) {
                named(entry.sql(), Set.of("TO", "FROM", "AUTHORIZATION", "ROLE"), null, others);
            }
        }
        return new RolesNamed(owners, others);
    }

    /** Names behind such a word: one, and more behind commas. */
    private static void named(String sql, Set<String> words, String end, Set<String> found) {
        Matcher token = TOKEN.matcher(sql);
        boolean expected = false;
        boolean after = false;
        while (token.find()) {
            String text = token.group();
            if (text.equals(end)) {
                return;
            }
            if (expected && (text.equals(";") || text.equals(")"))) {
                // RESET SESSION AUTHORIZATION
                expected = false;
            } else if (expected) {
                add(text, found);
                expected = false;
                after = true;
            } else if (after && text.equals(",")) {
                expected = true;
            } else {
                after = false;
                expected = words.contains(text.toUpperCase(Locale.ROOT));
            }
        }
    }

    private static void add(String token, Set<String> found) {
        if (token.startsWith("\"")) {
            found.add(token.substring(1, token.length() - 1).replace("\"\"", "\""));
        } else if (!token.startsWith("'") && !NOBODY.contains(token.toLowerCase(Locale.ROOT))) {
            // The server folds what is not quoted; pg_dump quotes whatever that would alter.
            found.add(token);
        }
    }
}
