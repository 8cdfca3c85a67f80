package dev.lifeboat.backup.schedule;

import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.schedule.Misfires;
import dev.lifeboat.platform.schedule.PolicyTimer;
import dev.lifeboat.platform.schedule.PolicyTimer.Timed;
import dev.lifeboat.platform.schedule.Schedule;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which timers a declaration wants, and what a change of it means for those that are armed. */
record PolicyTimers(List<Timed> arm, List<String> disarm) {
    static final String OWNER = "backup-policy";

    /**
     * A policy's timer.
     *
     * @param cluster name
     * @param policy name
     */
    record Key(String cluster, String policy) {
        /** As the timer and the actor are called; neither name has a slash. */
        String text() {
            return cluster + "/" + policy;
        }

        static Key of(String text) {
            int slash = text.indexOf('/');
            return new Key(text.substring(0, slash), text.substring(slash + 1));
        }
    }

    /** From one declaration to the next; an absent one has no timers. */
    static PolicyTimers change(Optional<DeclaredCluster> before, Optional<DeclaredCluster> now) {
        Map<String, Timed> wanted = timers(now);
        List<String> gone = new ArrayList<>(timers(before).keySet());
        gone.removeAll(wanted.keySet());
        return new PolicyTimers(List.copyOf(wanted.values()), gone);
    }

    private static Map<String, Timed> timers(Optional<DeclaredCluster> cluster) {
        Map<String, Timed> timers = new LinkedHashMap<>();
        cluster.ifPresent(declared -> declared.spec().backups().stream()
                .filter(policy -> policy.schedule() != null)
                .forEach(policy -> {
                    String key = new Key(declared.spec().name(), policy.name()).text();
                    timers.put(key, timer(key, policy));
                }));
        return timers;
    }

    private static Timed timer(String key, BackupPolicy policy) {
        return new Timed(
                key,
                OWNER,
                policy.schedule(),
                ZoneId.of(policy.timeZone()),
                Schedule.offset(key, policy.jitter()),
                Misfires.Policy.of(policy.misfire()),
                PolicyTimer.USUAL_GRACE);
    }
}
