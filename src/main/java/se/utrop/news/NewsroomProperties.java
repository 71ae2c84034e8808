package se.utrop.news;

import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the newsroom.
 *
 * @param zone the IANA time zone of its calendar days
 */
@ConfigurationProperties("utrop")
public record NewsroomProperties(
        @DefaultValue("Europe/Stockholm") ZoneId zone) {}
