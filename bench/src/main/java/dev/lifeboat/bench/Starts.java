package dev.lifeboat.bench;

import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.stack.PartName;
import dev.lifeboat.local.stack.ServiceProcess;
import dev.lifeboat.local.stack.Stack;
import dev.lifeboat.local.stack.StackHome;
import dev.lifeboat.local.stack.Terminal;
import java.util.ArrayList;
import java.util.List;

/** How long a service's JVM takes to be ready, and how much memory the idle stack has. */
final class Starts implements Group {
    private static final double READY_WITHIN_SECONDS = 3;
    private static final double STACK_WITHIN_MIB = 2048;

    @Override
    public String name() {
        return "starts";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        List<Result> results = new ArrayList<>();
        results.add(idle(bench));
        Stack stack = Stack.existing(new StackHome(bench.home()), bench.checkout(), new Terminal(System.err))
                .orElseThrow();
        for (PartName service : PartName.SERVICES) {
            ServiceProcess process = stack.plan().service(service);
            Samples samples = new Samples();
            for (int round = 0; round <= bench.rounds(); round++) {
                process.stop();
                long begin = System.nanoTime();
                process.start(Lifetime.UNTIL_STOPPED);
                if (round > 0) {
                    samples.add(Workbench.since(begin));
                }
            }
            Workbench.say("%s ready after %s s", service.text(), samples);
            results.add(Result.atMost(
                    service.text() + " ready",
                    samples.median(),
                    "s",
                    READY_WITHIN_SECONDS,
                    "from the start of its JVM until its readiness check says so: " + samples));
        }
        // The processes are others now: the stack's file is to say so.
        bench.up();
        return results;
    }

    private static Result idle(Workbench bench) {
        double resident = 0;
        double proportional = 0;
        for (PartName part : PartName.values()) {
            if (part != PartName.KAFKA_CONTROLLER) {
                resident += MemoryOf.tree(bench.pid(part.text()), "Rss:");
                proportional += MemoryOf.tree(bench.pid(part.text()), "Pss:");
            }
        }
        String note = "Pss %.0f MiB; Rss counts each shared page once for each process".formatted(proportional);
        Workbench.say("idle stack: Rss %.0f MiB, Pss %.0f MiB", resident, proportional);
        return Result.atMost("idle stack, RSS", resident, "MiB", STACK_WITHIN_MIB, note);
    }
}
