package dev.lifeboat.verifier.check;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;

/**
 * It is the right database that came back: the backup was taken of the cluster that was asked for, and, where files were
 * restored, the server has that cluster's system identifier. A dump is loaded into a new cluster, whose identifier says
 * nothing.
 */
@ApplicationScoped
class Identity implements Check {

    @Override
    public String name() {
        return "identity";
    }

    @Override
    public int order() {
        return 20;
    }

    @Override
    public List<Outcome> look(Sandbox sandbox, Material material) throws Exception {
        if (!Objects.equals(material.clusterId(), material.manifest().clusterId())) {
            return List.of(Outcome.failed(
                    name(),
                    "The backup is of another cluster.",
                    "cluster id " + material.clusterId(),
                    "cluster id " + material.manifest().clusterId()));
        }
        try (Connection connection = sandbox.open(sandbox.maintenanceDatabase());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select system_identifier::text,"
                        + " current_setting('server_version_num')::int / 10000 from pg_control_system()")) {
            row.next();
            int major = row.getInt(2);
            if (major != material.manifest().majorVersion()) {
                return List.of(Outcome.failed(
                        name(),
                        "The server is of another major version.",
                        Integer.toString(material.manifest().majorVersion()),
                        Integer.toString(major)));
            }
            String found = row.getString(1);
            if (material.physical() && !found.equals(material.manifest().systemIdentifier())) {
                return List.of(Outcome.failed(
                        name(),
                        "The restored files are of another cluster.",
                        "system identifier " + material.manifest().systemIdentifier(),
                        "system identifier " + found));
            }
            return List.of(Outcome.passed(
                    name(), material.physical() ? "system identifier " + found : "cluster id " + material.clusterId()));
        }
    }
}
