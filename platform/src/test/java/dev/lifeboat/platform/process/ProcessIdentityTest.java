package dev.lifeboat.platform.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.process.ProcessIdentity.Stat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
    @Test
    void readsStatWhateverTheProcessIsCalled() {
        String line =
                "42 (a) R 1 (x\n) S 7 40 39 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 95066 3133440 411 18446744073709551615";

        assertThat(Stat.parse(42, line)).contains(new Stat(42, 'S', 7, 40, 39, 95066));
        assertThat(Stat.parse(42, "")).isEmpty();
        assertThat(Stat.parse(42, "42 (cut) S 7")).isEmpty();
    }

    @Test
    void aPidThatWasUsedAgainIsAnotherProcess() {
        ProcessIdentity self = ProcessIdentity.current();

        assertThat(self.isAlive()).isTrue();
        assertThat(new ProcessIdentity(self.pid(), self.startTicks() - 1).isAlive())
                .isFalse();
        assertThat(new ProcessIdentity(Integer.MAX_VALUE, 1).isAlive()).isFalse();
    }

    @Test
    void oneThatEndedAndWasNotCollectedIsNotAlive() {
        assertThat(new Stat(1, 'Z', 0, 0, 0, 0).isDead()).isTrue();
        assertThat(new Stat(1, 'T', 0, 0, 0, 0).isDead()).isFalse();
    }

    @Test
    void theFamilyIsWhatDescendsOrSharesTheSession() {
        List<Stat> seen = List.of(
                new Stat(1, 'S', 0, 1, 1, 1),
                new Stat(10, 'S', 1, 10, 10, 100), // the launcher, leader of session 10
                new Stat(11, 'S', 10, 10, 10, 100), // its watcher, in its own group
                new Stat(20, 'S', 10, 20, 10, 110), // the tool
                new Stat(21, 'S', 20, 20, 10, 111),
                new Stat(22, 'S', 21, 22, 22, 112), // in a session of its own
                new Stat(23, 'S', 1, 23, 10, 113), // orphaned, still in the session
                new Stat(24, 'Z', 20, 20, 10, 114),
                new Stat(30, 'S', 1, 30, 30, 115)); // a stranger

        assertThat(ProcessFamily.members(seen, new ProcessIdentity(20, 110)))
                .extracting(ProcessIdentity::pid)
                .containsExactly(20L, 21L, 22L, 23L);
        assertThat(ProcessFamily.members(seen, new ProcessIdentity(20, 109))).isEmpty();
        assertThat(ProcessFamily.members(seen, new ProcessIdentity(99, 110))).isEmpty();
    }
}
