package dev.lifeboat.platform.process;

import dev.lifeboat.platform.process.ProcessIdentity.Stat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that belongs to a tool whose launcher was killed: what descends from it, and what is in the session that the
 * launcher led. The session is believed only while the tool itself lives: nobody else can be in it then.
 */
final class ProcessFamily {
    private ProcessFamily() {}

    /** Members among the processes that were seen: a pure function, the tool's identity having been checked. */
    static List<ProcessIdentity> members(List<Stat> seen, ProcessIdentity tool) {
        Map<Long, Stat> byPid = new HashMap<>();
        seen.forEach(stat -> byPid.put(stat.pid(), stat));
        Stat leader = byPid.get(tool.pid());
        if (leader == null || leader.startTicks() != tool.startTicks()) {
            return List.of();
        }
        List<ProcessIdentity> members = new ArrayList<>();
        for (Stat stat : seen) {
            boolean sameSession = stat.session() == leader.session() && stat.group() != stat.session();
            if (!stat.isDead() && (sameSession || descends(stat, tool.pid(), byPid))) {
                members.add(new ProcessIdentity(stat.pid(), stat.startTicks()));
            }
        }
        return members;
    }

    private static boolean descends(Stat stat, long ancestor, Map<Long, Stat> byPid) {
        Set<Long> passed = new HashSet<>();
        for (Stat up = stat; up != null && passed.add(up.pid()); up = byPid.get(up.parent())) {
            if (up.pid() == ancestor) {
                return true;
            }
        }
        return false;
    }

    /** TERM, then KILL after the grace period, for a tool and all that belongs to it. Returns how many there were. */
    static int end(ProcessIdentity tool, Duration grace) throws InterruptedException {
        List<ProcessIdentity> members = new ArrayList<>(members(seen(), tool));
        int found = members.size();
        members.forEach(member -> handle(member).ifPresent(ProcessHandle::destroy));
        long giveUp = System.nanoTime() + grace.toNanos();
        while (members.stream().anyMatch(ProcessIdentity::isAlive) && System.nanoTime() < giveUp) {
            Thread.sleep(20);
        }
        for (int round = 0; round < 100 && members.stream().anyMatch(ProcessIdentity::isAlive); round++) {
            for (ProcessIdentity late : members(seen(), tool)) {
                if (!members.contains(late)) {
                    members.add(late);
                }
            }
            members.forEach(member -> handle(member).ifPresent(ProcessHandle::destroyForcibly));
            Thread.sleep(20);
        }
        return found;
    }

    /** KILL for every process of a session whose leader is a child of ours that was not collected yet. */
    static void killSession(long session) {
        seen().stream().filter(stat -> stat.session() == session).forEach(stat -> ProcessHandle.of(stat.pid())
                .ifPresent(ProcessHandle::destroyForcibly));
    }

    private static Optional<ProcessHandle> handle(ProcessIdentity member) {
        return member.isAlive() ? ProcessHandle.of(member.pid()) : Optional.empty();
    }

    /** All processes. */
    static List<Stat> seen() {
        List<Stat> stats = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                Stat.of(Long.parseLong(entry.getFileName().toString())).ifPresent(stats::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stats;
    }
}
