package dev.lifeboat.backup.fleet;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Guesses what somebody meant to write. */
final class Spelling {
    private Spelling() {}

    /** {@code Did you mean X?} for the nearest of the known words, or null when none is near. */
    static String suggestion(String written, Collection<String> known) {
        String word = written.length() > 64 ? written.substring(0, 64) : written;
        return known.stream()
                .filter(candidate -> distance(plain(word), plain(candidate)) <= tolerance(candidate))
                .min(Comparator.comparingInt(candidate -> distance(plain(word), plain(candidate))))
                .map(candidate -> "Did you mean " + candidate + "?")
                .orElse(null);
    }

    private static int tolerance(String candidate) {
        return candidate.length() <= 4 ? 1 : candidate.length() <= 8 ? 2 : 3;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** How many letters are to be changed, added, left out or swapped with their neighbour. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(cost[i - 1][j - 1] + same, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
            }
        }
        return cost[a.length()][b.length()];
    }
}
