package dev.lifeboat.restore.dump;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The SQL that {@code pg_dumpall --globals-only} wrote, made fit for a sandbox: each tablespace gets a folder of the
 * sandbox's own instead of production's path. All else stays byte for byte; it is meant for psql, whose
 * {@code \restrict} lines it may hold, never for another client.
 *
 * @param sql what psql shall run
 * @param tablespaces how many folders must be there before, counted from 0
 */
public record GlobalsScript(String sql, int tablespaces) {

    /** Where the sandbox keeps a tablespace. */
    @FunctionalInterface
    public interface Locations {
        /** Absolute path of the n-th tablespace's folder. */
        String of(int index);
    }

    /** Rewrites. */
    public static GlobalsScript rewrite(String original, Locations locations) {
        StringBuilder sql = new StringBuilder(original.length() + 256);
        // Every error with its SQLSTATE: that is what tells them apart.
        sql.append("\\set VERBOSITY verbose\n");
        int tablespaces = 0;
        List<Token> statement = new ArrayList<>();
        int copied = 0;
        int at = 0;
        while (at < original.length()) {
            Token token = Token.at(original, at);
            at = token.end();
            switch (token.kind()) {
                case SPACE, COMMENT, META -> {
                    if (token.kind() == Kind.META) {
                        statement.clear();
                    }
                }
                case END -> statement.clear();
                case WORD, QUOTED -> statement.add(token);
                case LITERAL -> {
                    if (isTablespaceLocation(original, statement)) {
                        boolean escaped = statement.getLast().isWord(original, "E");
                        sql.append(
                                original, copied, escaped ? statement.getLast().begin() : token.begin());
                        sql.append('\'')
                                .append(locations.of(tablespaces++).replace("'", "''"))
                                .append('\'');
                        copied = token.end();
                    }
                    statement.add(token);
                }
            }
        }
        sql.append(original, copied, original.length());
        return new GlobalsScript(sql.toString(), tablespaces);
    }

    private static boolean isTablespaceLocation(String text, List<Token> statement) {
        int last = statement.size() - 1;
        if (last > 0 && statement.get(last).isWord(text, "E")) {
            last--;
        }
        return last >= 3
                && statement.get(0).isWord(text, "CREATE")
                && statement.get(1).isWord(text, "TABLESPACE")
                && statement.get(last).isWord(text, "LOCATION");
    }

    private enum Kind {
        SPACE,
        COMMENT,
        META,
        WORD,
        QUOTED,
        LITERAL,
        END
    }

    private record Token(Kind kind, int begin, int end) {

        boolean isWord(String text, String word) {
            return kind == Kind.WORD
                    && text.substring(begin, end).toUpperCase(Locale.ROOT).equals(word);
        }

        static Token at(String text, int begin) {
            char first = text.charAt(begin);
            if (Character.isWhitespace(first)) {
                return new Token(Kind.SPACE, begin, begin + 1);
            }
            if (text.startsWith("--", begin)) {
                return new Token(Kind.COMMENT, begin, lineEnd(text, begin));
            }
            if (first == '\\') {
                return new Token(Kind.META, begin, lineEnd(text, begin));
            }
            if (first == '\'') {
                return new Token(Kind.LITERAL, begin, closing(text, begin, '\'', escapes(text, begin)));
            }
            if (first == '"') {
                return new Token(Kind.QUOTED, begin, closing(text, begin, '"', false));
            }
            if (first == ';') {
                return new Token(Kind.END, begin, begin + 1);
            }
            int end = begin + 1;
            while (end < text.length() && isPartOfWord(text.charAt(end))) {
                end++;
            }
            return new Token(Kind.WORD, begin, end);
        }

        private static boolean isPartOfWord(char character) {
            return Character.isLetterOrDigit(character) || character == '_' || character == '$' || character > 127;
        }

        /** {@code E'...'} knows backslashes, {@code '...'} does not: the script switches standard strings on. */
        private static boolean escapes(String text, int quote) {
            return quote > 0
                    && (text.charAt(quote - 1) == 'E' || text.charAt(quote - 1) == 'e')
                    && (quote == 1 || !isPartOfWord(text.charAt(quote - 2)));
        }

        private static int closing(String text, int begin, char quote, boolean escapes) {
            int at = begin + 1;
            while (at < text.length()) {
                char character = text.charAt(at);
                if (escapes && character == '\\') {
                    at += 2;
                } else if (character != quote) {
                    at++;
                } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
                    at += 2;
                } else {
                    return at + 1;
                }
            }
            return text.length();
        }

        private static int lineEnd(String text, int begin) {
            int end = text.indexOf('\n', begin);
            return end < 0 ? text.length() : end;
        }
    }
}
