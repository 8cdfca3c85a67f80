package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Function;
import org.postgresql.Driver;

/** Connections by pgjdbc; the password is resolved for each, at the last moment. */
final class DriverSessions implements ClusterProbe.Sessions {
    private final Function<SecretRef, Secret> secrets;
    private final Driver driver = new Driver();

    DriverSessions(Function<SecretRef, Secret> secrets) {
        this.secrets = secrets;
    }

    @Override
    public Connection open(ClusterSpec.Connection declared, String database) throws ClusterProbe.Unreachable {
        Properties settings = new Properties();
        settings.setProperty("PGHOST", declared.host());
        settings.setProperty("PGPORT", declared.port().toString());
        settings.setProperty("PGDBNAME", database);
        settings.setProperty("user", declared.user());
        settings.setProperty("sslmode", declared.sslMode());
        settings.setProperty("connectTimeout", "5");
        settings.setProperty("loginTimeout", "10");
        settings.setProperty("socketTimeout", "30");
        settings.setProperty("ApplicationName", "lifeboat");
        settings.setProperty("options", "-c statement_timeout=15s -c default_transaction_read_only=on");
        if (declared.password() != null) {
            settings.setProperty("password", secrets.apply(declared.password()).reveal());
        }
        try {
            return driver.connect("jdbc:postgresql:///", settings);
        } catch (SQLException e) {
            throw new ClusterProbe.Unreachable(ConnectFault.of(e, declared, database), e);
        }
    }
}
