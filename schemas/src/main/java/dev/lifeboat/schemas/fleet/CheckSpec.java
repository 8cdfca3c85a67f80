package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An assertion of the owner's: a query that gives one value, and what that value must be.
 *
 * @param name unique within the cluster, among checks
 * @param database where to ask
 * @param sql one statement that gives one row with one column
 * @param expect its value as text
 * @param required whether the drill fails with it; default true
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckSpec(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String database,
        @JsonProperty(required = true) String sql,
        @JsonProperty(required = true) String expect,
        Boolean required) {}
