/** What is declared: clusters, repositories, policies. */
package dev.lifeboat.schemas.fleet;
