package dev.lifeboat.local.stack;

import dev.lifeboat.local.LocalStackException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which part listens where, on the loopback address. First comes the part's own variable, then {@code
 * LIFEBOAT_PORT_BASE} plus the part's offset, then the port that the stack had before, then the default.
 *
 * @param ports the port of every part
 */
public record PortPlan(Map<PartName, Integer> ports) {
    /** Moves all parts at once. */
    public static final String BASE = "LIFEBOAT_PORT_BASE";

    public PortPlan {
        ports = Map.copyOf(ports);
    }

    /**
     * Decides.
     *
     * @param environment environment variables
     * @param remembered ports of an earlier start
     * @throws LocalStackException {@code port-plan-invalid}, naming all mistakes at once
     */
    public static PortPlan of(Map<String, String> environment, Map<PartName, Integer> remembered) {
        List<String> mistakes = new ArrayList<>();
        Optional<Integer> base = number(BASE, environment, 1024, 65535 - PartName.values().length, mistakes);
        Map<PartName, Integer> ports = new EnumMap<>(PartName.class);
        for (PartName part : PartName.values()) {
            int port = number(part.variable(), environment, 1024, 65535, mistakes)
                    .or(() -> base.map(from -> from + part.offset()))
                    .orElseGet(() -> remembered.getOrDefault(part, part.defaultPort()));
            ports.forEach((other, taken) -> {
                if (taken == port) {
                    mistakes.add(other.text() + " and " + part.text() + " both on port " + port);
                }
            });
            ports.put(part, port);
        }
        if (!mistakes.isEmpty()) {
            throw new LocalStackException(
                    "port-plan-invalid",
                    "a port of its own for each part",
                    String.join("; ", mistakes),
                    "set " + BASE + " to move all, or LIFEBOAT_PORT_<PART> to move one");
        }
        return new PortPlan(ports);
    }

    /** Port of a part. */
    public int port(PartName part) {
        return ports.get(part);
    }

    private static Optional<Integer> number(
            String variable, Map<String, String> environment, int from, int to, List<String> mistakes) {
        String text = environment.get(variable);
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        if (text.strip().matches("\\d{1,5}")) {
            int number = Integer.parseInt(text.strip());
            if (number >= from && number <= to) {
                return Optional.of(number);
            }
        }
        mistakes.add(variable + "=" + text + " is no number from " + from + " to " + to);
        return Optional.empty();
    }
}
