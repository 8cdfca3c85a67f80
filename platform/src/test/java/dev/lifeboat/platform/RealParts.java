package dev.lifeboat.platform;

import dev.lifeboat.local.LocalParts;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** Points the application under test to PostgreSQL and Kafka that really run. */
public final class RealParts implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        LocalParts parts = LocalParts.shared();
        LocalParts.Database database = parts.newDatabase("platform");
        // The parts of a test lose what was committed last when they are killed; a database of ours never may.
        parts.postgres().execute("postgres", "alter database " + database.name() + " set synchronous_commit = on");
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.datasource.jdbc.url", database.jdbcUrl());
        settings.put("quarkus.datasource.username", database.user());
        settings.put("quarkus.datasource.password", database.password());
        parts.kafka().clientSettings("backup-service").forEach((name, value) -> settings.put("kafka." + name, value));
        return settings;
    }

    @Override
    public void stop() {
        // The parts end with the JVM.
    }
}
