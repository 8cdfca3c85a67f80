package dev.lifeboat.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.local.LocalStackException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void everyTakenPortIsNamedWithItsHolderAtOnce() throws Exception {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = Ports.free();

            assertThatThrownBy(() -> Ports.requireFree(
                            Map.of(one.getLocalPort(), "kafka", two.getLocalPort(), "verifier", free, "postgres"),
                            "move them"))
                    .isInstanceOfSatisfying(LocalStackException.class, e -> {
                        assertThat(e.code()).isEqualTo("port-taken");
                        assertThat(e.expected())
                                .contains(one.getLocalPort() + " for kafka", two.getLocalPort() + " for verifier")
                                .doesNotContain("postgres");
                        assertThat(e.found())
                                .contains("pid " + ProcessHandle.current().pid() + " (");
                        assertThat(e.hint()).isEqualTo("move them");
                    });
        }
    }

    @Test
    void freePortsAreLetThroughAndNotHandedOutTwice() {
        int one = Ports.free();
        int two = Ports.free();
        assertThat(one).isNotEqualTo(two);
        assertThatCode(() -> Ports.requireFree(Map.of(one, "a", two, "b"), "")).doesNotThrowAnyException();
    }

    @Test
    void findsTheSocketsThatListenInTheKernelsTable() {
        List<String> table = List.of(
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
                "   0: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 x",
                "   1: 0100007F:1F91 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 x",
                "   2: 0100007F:1F92 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 x");

        assertThat(PortHolder.inodes(table, 8081)).containsExactly("4711");
        assertThat(PortHolder.inodes(table, 8083)).isEmpty();
    }
}
