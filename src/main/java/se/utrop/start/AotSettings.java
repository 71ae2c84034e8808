package se.utrop.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.web.context.reactive.ConfigurableReactiveWebEnvironment;
import org.springframework.context.ApplicationListener;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;

/**
 * What was set when the jar's beans were worked out ahead of time. Which beans there are is decided by then: a server that
 * is started with other settings, or a command, works its beans out anew.
 */
class AotSettings
        implements BeanFactoryInitializationAotProcessor, ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    private static final Logger log = LoggerFactory.getLogger(AotSettings.class);

    private static final String FILE = "META-INF/utrop/aot-settings.txt";

    private static final List<ConfigurationPropertyName> DECIDING =
            names("management", "server", "spring", "utrop.federation");

    private static final List<ConfigurationPropertyName> INDIFFERENT =
            names("server.address", "server.port", "spring.aot", "spring.application");

    /** Whose values are places and credentials, which the server asks for when it starts. */
    private static final List<ConfigurationPropertyName> LATE =
            names("management.server", "server.ssl", "spring.flyway", "spring.r2dbc", "spring.security", "spring.ssl");

    @Override
    public BeanFactoryInitializationAotContribution processAheadOfTime(ConfigurableListableBeanFactory beans) {
        Set<String> settings = settings(beans.getBean(Environment.class));
        return (generation, code) -> generation.getGeneratedFiles().addResourceFile(FILE, String.join("\n", settings));
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        ClassPathResource file = new ClassPathResource(FILE);
        if (!AotDetector.useGeneratedArtifacts() || !file.exists()) {
            return;
        }
        Set<String> then = Set.copyOf(read(file).lines().toList());
        Set<String> now = settings(event.getEnvironment());
        if (!(event.getEnvironment() instanceof ConfigurableReactiveWebEnvironment)) {
            disable();
        } else if (!now.equals(then)) {
            log.warn(
                    "Starts as if spring.aot.enabled were not set: the jar was made ready where {} was set otherwise",
                    difference(then, now));
            disable();
        }
    }

    private static void disable() {
        SpringProperties.setProperty(AotDetector.AOT_ENABLED, "false");
    }

    private static Set<String> settings(Environment environment) {
        Set<String> settings = new TreeSet<>();
        ConfigurationPropertySources.get(environment).forEach(source -> {
            if (source instanceof IterableConfigurationPropertySource known) {
                known.stream()
                        .filter(AotSettings::decides)
                        .map(name -> setting(name, environment))
                        .forEach(settings::add);
            }
        });
        return settings;
    }

    private static boolean decides(ConfigurationPropertyName name) {
        return isIn(DECIDING, name) && !isIn(INDIFFERENT, name);
    }

    private static boolean isIn(List<ConfigurationPropertyName> groups, ConfigurationPropertyName name) {
        return groups.stream().anyMatch(group -> group.equals(name) || group.isAncestorOf(name));
    }

    /** Its name; and of its value, enough of a hash to tell another from it, and too little to tell what it is. */
    private static String setting(ConfigurationPropertyName name, Environment environment) {
        String value = environment.getProperty(name.toString(), "");
        boolean late = isIn(LATE, name) && !value.equals("true") && !value.equals("false");
        return late ? name.toString() : "%s %04x".formatted(name, value.hashCode() & 0xffff);
    }

    private static String read(ClassPathResource file) {
        try {
            return file.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> difference(Set<String> then, Set<String> now) {
        return Stream.concat(then.stream(), now.stream())
                .filter(setting -> !then.contains(setting) || !now.contains(setting))
                .map(setting -> setting.replaceFirst(" .*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<ConfigurationPropertyName> names(String... names) {
        return Stream.of(names).map(ConfigurationPropertyName::of).toList();
    }
}
