package dev.lifeboat.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Seconds of several runs of the same thing. */
final class Samples {
    private final List<Double> seconds = new ArrayList<>();

    void add(double one) {
        seconds.add(one);
    }

    /** The one in the middle; of two, their mean. */
    double median() {
        List<Double> sorted = new ArrayList<>(seconds);
        Collections.sort(sorted);
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    @Override
    public String toString() {
        return seconds.stream()
                .map(one -> String.format(Locale.ROOT, "%.2f", one))
                .collect(Collectors.joining(", "));
    }
}
