package dev.lifeboat.backup.fleet;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A look at SQL that is about to be stored, to catch what cannot be a single query. It knows quotes, dollar quotes and
 * comments, and no grammar: the server has the last word when the check runs.
 */
final class SqlText {
    private static final Pattern SKIPPED = Pattern.compile(
            "--[^\\n]*" // a comment to the end of the line
                    + "|/\\*.*?(?:\\*/|\\z)" // a block comment
                    + "|(?<![\\w])[eE]'(?:[^'\\\\]|\\\\.|'')*(?:'|\\z)" // a string with escapes
                    + "|'(?:[^']|'')*+(?:'|\\z)" // a string
                    + "|\"(?:[^\"]|\"\")*+(?:\"|\\z)" // an identifier
                    + "|(\\$(?:[A-Za-z_\\x80-\\uFFFF][\\w\\x80-\\uFFFF]*)?\\$).*?(?:\\1|\\z)", // a dollar-quoted string
            Pattern.DOTALL);

    private SqlText() {}

    /** How many statements there are: what stands between semicolons and is more than space and comments. */
    static int statements(String sql) {
        int statements = 0;
        for (String part : skeleton(sql).split(";", -1)) {
            if (!part.isBlank()) {
                statements++;
            }
        }
        return statements;
    }

    /** The text with comments gone and every quoted part replaced by a word. */
    private static String skeleton(String sql) {
        Matcher matcher = SKIPPED.matcher(sql);
        return matcher.replaceAll(
                part -> part.group().startsWith("--") || part.group().startsWith("/*") ? " " : "quoted");
    }
}
