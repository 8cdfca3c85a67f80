package dev.lifeboat.restore.inspect;

import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.restore.sandbox.ServerLog;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Stops a sandbox's server cleanly and looks at its files. Page checksums are looked at only now, after replay, promotion
 * and a clean stop: a torn page before replay is no damage.
 */
@ApplicationScoped
public class Inspector {
    private static final int ERRORS = 20;
    private static final int OUTPUT = 1 << 20;

    /** There is nothing to inspect, and why. */
    public static Inspection notInspected(String why) {
        return new Inspection(null, null, null, null, null, null, why);
    }

    /** Gathers the facts; long for large clusters. */
    public Inspection inspect(Sandbox sandbox, Runnable stop) throws InterruptedException {
        if (!sandbox.server().stop()) {
            return notInspected("the server did not stop in time");
        }
        String data = sandbox.folder().data().toString();
        ControlData control = ControlData.parse(run(sandbox, "pg_controldata", List.of("--pgdata=" + data), stop)
                .stdout());
        if (control.systemIdentifier().isEmpty()) {
            return notInspected("pg_controldata does not know the data directory");
        }
        if (!control.state().orElse("").equals("shut down")) {
            return notInspected(
                    "the server did not stop cleanly: it is " + control.state().orElse("in no known state"));
        }
        boolean checksums = control.checksums().orElse(false);
        ChecksumReport report = null;
        if (checksums) {
            ProcessResult result = run(sandbox, "pg_checksums", List.of("--check", "--pgdata=" + data), stop);
            report = ChecksumReport.parse(result.exit(), result.stdout());
        }
        return new Inspection(
                control.systemIdentifier().get(),
                control.timeline().orElse(null),
                checksums,
                report == null ? null : report.blocksScanned(),
                report == null ? null : report.failures(),
                ServerLog.errors(sandbox.folder().log(), ERRORS),
                null);
    }

    private static ProcessResult run(Sandbox sandbox, String program, List<String> arguments, Runnable stop)
            throws InterruptedException {
        return sandbox.run(sandbox.tool(program, arguments).stdout(new ProcessOutput.Text(OUTPUT)), stop);
    }
}
