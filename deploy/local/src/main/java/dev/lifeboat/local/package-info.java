/** The real parts, each startable alone: PostgreSQL, Kafka, S3. */
package dev.lifeboat.local;
