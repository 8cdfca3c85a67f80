package dev.lifeboat.platform.plain;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.schedule.BeforeCommit;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.quartz.utils.ConnectionProvider;

/** A real database without a container around it: transactions are bound to the thread, Quartz takes part in them. */
public final class PlainDatabase implements Database, BeforeCommit, AutoCloseable {
    private final AgroalDataSource pool;
    private final Jdbi jdbi;
    // One for each database: two instances in one thread are two transactions.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<Bound> bound = new ThreadLocal<>();

    private record Bound(Handle handle, List<Runnable> before, List<Runnable> after) {}

    /** A pool of its own on the database. */
    public PlainDatabase(LocalParts.Database database) {
        try {
            pool = AgroalDataSource.from(
                    new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(connections -> connections
                            .maxSize(20)
                            .acquisitionTimeout(Duration.ofSeconds(20))
                            .connectionFactoryConfiguration(factory -> factory.jdbcUrl(database.jdbcUrl())
                                    .connectionProviderClassName("org.postgresql.Driver")
                                    .initialSql("set idle_in_transaction_session_timeout = '5s'")
                                    .principal(new NamePrincipal(database.user()))
                                    .credential(new SimplePassword(database.password())))));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        jdbi = Jdbi.create(pool).installPlugin(new PostgresPlugin());
    }

    /** Makes the platform's tables. */
    public PlainDatabase migrate() {
        Flyway.configure()
                .dataSource(pool)
                .locations("classpath:db/platform")
                .load()
                .migrate();
        return this;
    }

    @Override
    public <T> T inTransaction(Function<Handle, T> work) {
        Bound outer = bound.get();
        if (outer != null) {
            return work.apply(outer.handle());
        }
        List<Runnable> after;
        T result;
        try (Handle handle = jdbi.open()) {
            Bound mine = new Bound(handle, new ArrayList<>(), new ArrayList<>());
            bound.set(mine);
            handle.begin();
            try {
                result = work.apply(handle);
                mine.before().forEach(Runnable::run);
                handle.commit();
            } catch (RuntimeException | Error e) {
                handle.rollback();
                throw e;
            } finally {
                bound.remove();
            }
            after = mine.after();
        }
        after.forEach(Runnable::run);
        return result;
    }

    @Override
    public void afterCommit(Runnable action) {
        Bound mine = bound.get();
        if (mine == null) {
            action.run();
        } else {
            mine.after().add(action);
        }
    }

    @Override
    public void run(Runnable work) {
        bound.get().before().add(work);
    }

    /** Connections outside of our transactions, which Quartz commits itself. */
    public ConnectionProvider unmanaged() {
        return new Provider() {
            @Override
            public Connection getConnection() throws SQLException {
                return pool.getConnection();
            }
        };
    }

    /** The connection of this thread's transaction; closing it does nothing. */
    public ConnectionProvider managed() {
        return new Provider() {
            @Override
            public Connection getConnection() {
                Connection real = bound.get().handle().getConnection();
                return (Connection) Proxy.newProxyInstance(
                        Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                            if (method.getName().equals("close")) {
                                return null;
                            }
                            if (method.getName().equals("rollback")
                                    || method.getName().equals("commit")) {
                                throw new SQLException("the transaction is not Quartz' to end");
                            }
                            try {
                                return method.invoke(real, args);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
            }
        };
    }

    @Override
    public void close() {
        pool.close();
    }

    private abstract static class Provider implements ConnectionProvider {
        @Override
        public void initialize() {
            // The pool is there already.
        }

        @Override
        public void shutdown() {
            // The pool is closed by who made it.
        }
    }
}
