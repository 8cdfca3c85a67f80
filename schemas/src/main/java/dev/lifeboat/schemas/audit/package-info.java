/** Who did what. */
package dev.lifeboat.schemas.audit;
