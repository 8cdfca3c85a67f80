package dev.lifeboat.platform.events.outbox;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.database.Database;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;

/** A database of a test's own, with the platform's tables, and without JTA. */
final class TestDatabase implements Database, AutoCloseable {
    private final AgroalDataSource dataSource;
    private final Jdbi jdbi;

    TestDatabase() {
        LocalParts.Database database = LocalParts.shared().newDatabase("relay");
        try {
            dataSource = AgroalDataSource.from(
                    new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool.maxSize(20)
                            .exceptionSorter(new PostgreSQLExceptionSorter())
                            .acquisitionTimeout(Duration.ofSeconds(10))
                            .connectionFactoryConfiguration(factory -> factory.jdbcUrl(database.jdbcUrl())
                                    .principal(new NamePrincipal(database.user()))
                                    .credential(new SimplePassword(database.password())))));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/platform", "classpath:db/migration")
                .load()
                .migrate();
        jdbi = Jdbi.create(dataSource).installPlugin(new PostgresPlugin());
    }

    DataSource dataSource() {
        return dataSource;
    }

    @Override
    public <T> T inTransaction(Function<Handle, T> work) {
        return jdbi.inTransaction(work::apply);
    }

    /** Without JTA nobody tells; a test wakes whom it wants to be woken. */
    @Override
    public void afterCommit(Runnable action) {}

    @Override
    public void close() {
        dataSource.close();
    }
}
