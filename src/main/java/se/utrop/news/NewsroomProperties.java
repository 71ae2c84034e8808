package se.utrop.news;

import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The newsroom itself.
 *
 * @param zone the time zone of its calendar days, as an IANA name
 */
@ConfigurationProperties("utrop")
public record NewsroomProperties(
        @DefaultValue("Europe/Stockholm") ZoneId zone) {}
