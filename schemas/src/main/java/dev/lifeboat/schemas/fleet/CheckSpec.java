package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;

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
public record CheckSpec(String name, String database, String sql, String expect, Boolean required) {}
