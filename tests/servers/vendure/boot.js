// A Vendure shop with nothing in it, on loopback, on whatever port is free: the last line it prints
// before it waits for requests says which. All it has to be told comes in the environment.
// Node.js 18, which Debian 12 has, keeps this one where only an import finds it.
globalThis.crypto ??= require('node:crypto').webcrypto;

const {
  bootstrap,
  DefaultJobQueuePlugin,
  DefaultLogger,
  dummyPaymentHandler,
  LogLevel,
} = require('@vendure/core');

const { DATABASE_SOCKET, DATABASE_USER, DATABASE, ADMIN_NAME, ADMIN_PASSWORD } = process.env;

const config = {
  apiOptions: { hostname: '127.0.0.1', port: 0, adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: {
    tokenMethod: 'bearer',
    superadminCredentials: { identifier: ADMIN_NAME, password: ADMIN_PASSWORD },
    cookieOptions: { secret: 'for-tests-only' },
  },
  dbConnectionOptions: {
    type: 'postgres',
    host: DATABASE_SOCKET,
    username: DATABASE_USER,
    database: DATABASE,
    synchronize: true,
    logging: false,
    extra: { max: 20 },
  },
  logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: true }),
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  plugins: [DefaultJobQueuePlugin.init({})],
};

bootstrap(config)
  .then((app) => console.log(`listening on http://127.0.0.1:${app.getHttpServer().address().port}`))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
