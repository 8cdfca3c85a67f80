package dev.lifeboat.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessIdentityTest {
    private final ProcessIdentity me = ProcessIdentity.ofThisJvm();

    @Test
    void aProcessIsItselfAfterBeingWrittenAndRead() {
        assertThat(ProcessIdentity.parse(me + "\n")).contains(me);
        assertThat(me.alive()).isTrue();
    }

    @Test
    void anotherProcessWithTheSameIdIsNotIt() {
        assertThat(new ProcessIdentity(me.pid(), me.startTicks() + 1, me.bootId()).alive())
                .isFalse();
    }

    @Test
    void aProcessOfAnEarlierBootIsNotIt() {
        assertThat(new ProcessIdentity(me.pid(), me.startTicks(), "another-boot").alive())
                .isFalse();
    }

    @Test
    void aZombieIsDead() throws Exception {
        // Given a child that has ended and whose parent, sleeping, never asked for its status
        Process parent = new ProcessBuilder("sh", "-c", "sh -c 'echo $$' & exec sleep 60").start();
        try {
            long child = Long.parseLong(parent.inputReader().readLine());
            while (!state(child).equals("Z")) {
                Thread.onSpinWait();
            }
            assertThat(ProcessIdentity.of(child)).isEmpty();
        } finally {
            parent.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "12 34", "12 34 boot more", "x 34 boot", "-1 34 boot", "12 3.4 boot"})
    void whatIsHalfWrittenIsNotWritten(String text) {
        assertThat(ProcessIdentity.parse(text)).isEmpty();
    }

    @Test
    void seesWhoWorksInAFolder() throws Exception {
        assertThat(ProcessIdentity.anyWorkingIn(Path.of("").toRealPath())).isTrue();
        assertThat(ProcessIdentity.anyWorkingIn(Path.of("/proc/self/fdinfo"))).isFalse();
    }

    private static String state(long pid) throws Exception {
        String stat = java.nio.file.Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
    }
}
