package dev.lifeboat.platform.events.outbox;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.EventSettings;
import dev.lifeboat.platform.time.Ids;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Starts this instance's relay with the service and ends it with it. */
@ApplicationScoped
class RelayRunner {
    private static final Duration END = Duration.ofSeconds(5);

    private final RelayStatus status = new RelayStatus();
    private final OutboxListener listener;
    private final Relay relay;
    private Thread listening;
    private Thread relaying;

    RelayRunner(
            Database database,
            AgroalDataSource dataSource,
            RelaySignal signal,
            EventSettings settings,
            Ids ids,
            MeterRegistry meters,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        listener = new OutboxListener(dataSource, signal, settings.relayLook());
        relay = new Relay(
                database,
                new RelayLease(ids.next(), settings.relayLease()),
                listener::life,
                () -> EventProducer.open(kafka, service + "-outbox"),
                signal,
                status,
                new Relay.Rhythm(
                        settings.relayLease(), settings.relayLook(), settings.relayBatch(), settings.longestPause()));
        Gauge.builder("lifeboat.outbox.depth", status, s -> s.backlog().depth())
                .description("Events that are committed and that Kafka has not confirmed")
                .register(meters);
        Gauge.builder("lifeboat.outbox.oldest", status, s -> s.backlog().oldestSeconds())
                .baseUnit("seconds")
                .description("Age of the oldest of them")
                .register(meters);
    }

    RelayStatus status() {
        return status;
    }

    void start(@Observes StartupEvent event) {
        listening =
                Thread.ofPlatform().daemon().name("lifeboat-outbox-listener").start(listener);
        relaying = Thread.ofPlatform().daemon().name("lifeboat-outbox-relay").start(relay);
    }

    void end(@Observes ShutdownEvent event) throws InterruptedException {
        relay.stop();
        relaying.join(END);
        listener.stop();
        listening.join(END);
    }
}
