package dev.lifeboat.backup.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.TimelineHistory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The window against a model that replays quarter of a segment by quarter of a segment, as PostgreSQL would. */
class WindowLawsTest {
    private static final int QUARTERS = 4;
    private static final int STORIES = 400;

    static Stream<Long> seeds() {
        return LongStream.rangeClosed(1, 25).boxed();
    }

    /** What was drawn: of each timeline where it came from, and which quarters of its segments are stored. */
    private record Story(
            Map<Integer, TimelineHistory.Ancestor> parents,
            Map<Integer, Set<Integer>> stored,
            Set<Integer> histories) {}

    @ParameterizedTest
    @MethodSource("seeds")
    void theWindowEndsWhereReplayWouldEnd(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < STORIES; i++) {
            WalStage stage = WalStage.of16();
            Story story = draw(random, stage);
            int timelines = story.stored().size();
            int stop = 1 + random.nextInt(30);
            int start = Math.max(0, stop - 1 - random.nextInt(6));
            int on = 1 + random.nextInt(timelines);
            OpeningBackup backup = stage.backup(on, quarters(start), quarters(stop));

            Optional<Lsn> end = WindowRules.of(stage.wal(), List.of(backup))
                    .windows()
                    .getFirst()
                    .span()
                    .map(Span::end);

            assertThat(end)
                    .as("seed %d, story %d: %s, backup on %d from %d to %d", seed, i, story, on, start, stop)
                    .isEqualTo(replayed(story, on, start, stop).map(quarter -> stage.at(quarters(quarter))));
        }
    }

    private static double quarters(int count) {
        return (double) count / QUARTERS;
    }

    private static Story draw(Random random, WalStage stage) {
        Map<Integer, TimelineHistory.Ancestor> parents = new HashMap<>();
        Map<Integer, Set<Integer>> stored = new HashMap<>();
        Set<Integer> histories = new TreeSet<>();
        int timelines = 1 + random.nextInt(3);
        for (int timeline = 1; timeline <= timelines; timeline++) {
            int fork = 0;
            if (timeline > 1) {
                int parent = 1 + random.nextInt(timeline - 1);
                int least = parents.containsKey(parent)
                        ? (int) (parents.get(parent).left().value() / (4L << 20)) + 1
                        : 4;
                fork = least + random.nextInt(12);
                parents.put(timeline, stage.left(parent, quarters(fork)));
            }
            Set<Integer> quarters = new TreeSet<>();
            int segment = fork / QUARTERS;
            int last = segment + random.nextInt(8);
            for (; segment <= last; segment++) {
                if (random.nextInt(6) > 0) {
                    for (int quarter = 0; quarter < QUARTERS; quarter++) {
                        quarters.add(segment * QUARTERS + quarter);
                    }
                    stage.segments(timeline, segment, segment);
                } else if (random.nextBoolean()) {
                    int at = segment * QUARTERS + random.nextInt(QUARTERS);
                    quarters.add(at);
                    stage.piece(timeline, quarters(at), quarters(at + 1));
                }
            }
            stored.put(timeline, quarters);
            if (timeline > 1 && random.nextInt(8) > 0) {
                histories.add(timeline);
                stage.history(timeline, ancestors(timeline, parents).toArray(TimelineHistory.Ancestor[]::new));
            }
        }
        return new Story(parents, stored, histories);
    }

    private static List<TimelineHistory.Ancestor> ancestors(
            int timeline, Map<Integer, TimelineHistory.Ancestor> parents) {
        List<TimelineHistory.Ancestor> ancestors = new ArrayList<>();
        for (TimelineHistory.Ancestor at = parents.get(timeline); at != null; at = parents.get(at.timeline())) {
            ancestors.addFirst(at);
        }
        return ancestors;
    }

    /** Behind the last quarter that is replayed; empty when the backup does not become consistent. */
    private static Optional<Integer> replayed(Story story, int on, int start, int stop) {
        int target = newestFrom(story, on, stop);
        int at = start;
        while (readable(story, target, at)) {
            at++;
        }
        return at >= stop ? Optional.of(at) : Optional.empty();
    }

    private static int newestFrom(Story story, int on, int stop) {
        int newest = on;
        for (int timeline : story.stored().keySet()) {
            boolean there =
                    !story.stored().get(timeline).isEmpty() || story.histories().contains(timeline);
            if (timeline > newest && there && story.histories().contains(timeline)) {
                for (TimelineHistory.Ancestor ancestor : ancestors(timeline, story.parents())) {
                    if (ancestor.timeline() == on && ancestor.left().value() >= stop * (4L << 20)) {
                        newest = timeline;
                    }
                }
            }
        }
        return newest;
    }

    /** Some timeline of the way has this quarter, in a segment that is not before its fork and not beyond its end. */
    private static boolean readable(Story story, int target, int quarter) {
        List<TimelineHistory.Ancestor> ancestors =
                target == 1 || story.histories().contains(target) ? ancestors(target, story.parents()) : List.of();
        int begin = 0;
        for (int i = 0; i <= ancestors.size(); i++) {
            boolean tip = i == ancestors.size();
            int timeline = tip ? target : ancestors.get(i).timeline();
            int left = tip ? Integer.MAX_VALUE : (int) (ancestors.get(i).left().value() / (4L << 20));
            boolean stored = story.stored().getOrDefault(timeline, Set.of()).contains(quarter);
            if (stored && quarter / QUARTERS >= begin / QUARTERS && quarter < left) {
                return true;
            }
            begin = tip ? begin : left;
        }
        return false;
    }
}
