package dev.lifeboat.restore.plan;

import java.time.Duration;
import java.util.List;

/** How long a recovery will take, from how long earlier ones of the same cluster and method took. */
public record Estimate(Duration duration, int basis) {

    /**
     * An earlier run.
     *
     * @param restoring its phases that grow with the data
     * @param rest its other phases up to the first write
     */
    public record PastRun(long databaseBytes, Duration restoring, Duration rest) {}

    /** Medians of throughput and of the rest; none without history. */
    public static Estimate of(long databaseBytes, List<PastRun> history) {
        List<PastRun> usable = history.stream()
                .filter(run -> run.databaseBytes() > 0 && !run.restoring().isZero())
                .toList();
        if (usable.isEmpty()) {
            return new Estimate(null, 0);
        }
        double nanosPerByte = median(usable.stream()
                .map(run -> (double) run.restoring().toNanos() / run.databaseBytes())
                .toList());
        double rest =
                median(usable.stream().map(run -> (double) run.rest().toNanos()).toList());
        long millis = Math.round((nanosPerByte * databaseBytes + rest) / 1e6);
        return new Estimate(Duration.ofMillis(millis), usable.size());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
