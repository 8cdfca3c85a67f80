package dev.lifeboat.schemas.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.UUID;

/**
 * A CloudEvent 1.0 in structured JSON mode, with Lifeboat's extensions. Times are UTC; absent extensions are left out.
 *
 * @param specversion always {@code 1.0}
 * @param id identity of this event, a UUIDv7; together with {@code source} it is what an inbox remembers
 * @param source which service said it, e.g. {@code /backup-service}
 * @param type a name of {@link EventType}, e.g. {@code dev.lifeboat.backup.completed.v1}
 * @param subject the aggregate, e.g. {@code backup/0193…}
 * @param time when it happened, at the source's clock
 * @param datacontenttype always {@code application/json}
 * @param dataschema where the JSON Schema of {@code data} is found
 * @param clusterid identity of the declared cluster; a name declared again after removal is a new id
 * @param version of the aggregate, taken under its row lock, increasing; consumers ignore older ones
 * @param correlationid the request or trigger that began it all
 * @param causationid the event or request that directly led here
 * @param actor who, as {@code principal/<name>} or {@code policy/<cluster>/<name>} or {@code service/<name>}
 * @param traceparent W3C trace context
 * @param data what happened
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0.2</a>
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "clusterid",
    "version",
    "correlationid",
    "causationid",
    "actor",
    "traceparent",
    "data"
})
public record CloudEvent<D>(
        @JsonProperty(required = true) String specversion,
        @JsonProperty(required = true) UUID id,
        @JsonProperty(required = true) String source,
        @JsonProperty(required = true) String type,
        @JsonProperty(required = true) String subject,
        @JsonProperty(required = true) Instant time,
        String datacontenttype,
        String dataschema,
        UUID clusterid,
        Long version,
        String correlationid,
        String causationid,
        String actor,
        String traceparent,
        D data) {

    /** The one version of the CloudEvents specification that is written and understood. */
    public static final String SPEC_VERSION = "1.0";

    /** The content type of {@code data}. */
    public static final String JSON = "application/json";

    /** The content type of the whole message in structured mode. */
    public static final String STRUCTURED_JSON = "application/cloudevents+json; charset=UTF-8";
}
