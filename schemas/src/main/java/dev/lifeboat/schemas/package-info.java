/**
 * What passes between the services. Everything here is a contract: other services, and samples written by older
 * versions, depend on each name. Depends on nothing but Jackson's annotations.
 */
package dev.lifeboat.schemas;
