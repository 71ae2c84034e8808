# The server without the embedded database: docker build -t utrop . && docker run -p 8080:8080
# -e SPRING_R2DBC_URL=r2dbc:postgresql://… -e SPRING_R2DBC_USERNAME=… -e SPRING_R2DBC_PASSWORD=… utrop
FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY . .
RUN ./mvnw -B -q -DskipTests package \
    && java -Djarmode=tools -jar target/utrop.jar extract --destination /app \
    && rm -f /app/lib/embedded-postgres-*.jar

FROM eclipse-temurin:25-jre
RUN useradd --system utrop
WORKDIR /app
COPY --from=build /app /app
USER utrop
EXPOSE 8080
# No AOT cache is made here: it is made by a start against a database. Mount one, and name it in JAVA_TOOL_OPTIONS.
# Half of the container's memory is heap: threads, code and buffers take the rest. 512 MB are enough.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseCompactObjectHeaders", \
    "-Dio.netty.noUnsafe=false", "--sun-misc-unsafe-memory-access=allow", "-jar", "/app/utrop.jar"]
